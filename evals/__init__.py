"""Numbers about answers and their citations: data sets, metrics, the runner and its reports.

Importing this package loads nothing heavy. `evals.run.run` scores a system, `evals.metrics.METRICS` names what is
counted and `evals.datasets.jsonl.read` reads a data set.
"""
