#!/bin/sh
# What Citewell does, on the sample library: no key, no network.
set -eu
here=$(dirname "$0")
citewell="${BIN:?}/citewell"
export CITEWELL_LIBRARY="${DEMO:?}/library"
# A model that is configured for daily use stays out of the demonstration.
export CITEWELL_MODEL=embedded CITEWELL_CONFIG=/dev/null

step() {
    printf '\n$ citewell %s\n' "$1"
}

step "add examples/library.bib"
"$citewell" add "$here/library.bib"

question="How does Self-RAG decide when to retrieve passages?"
step "ask \"$question\""
"$citewell" ask "$question"

question="What boiling point does liquid helium have at sea level?"
step "ask \"$question\""
"$citewell" ask "$question"

step "related-work \"evaluating whether citations support generated text\""
"$citewell" related-work "evaluating whether citations support generated text" --max-papers 6 --out "$DEMO/related.md"
cat "$DEMO/related.md"

step "verify related.md"
"$citewell" verify "$DEMO/related.md"
