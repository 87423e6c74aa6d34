"""A pair classifier in a local folder: a pair model whose outputs have names and probabilities."""

from pathlib import Path

from assistant.errors import ServiceError, UsageError
from vectorstore.errors import ModelFolderError
from vectorstore.model_folder import EXPORT, model_file, read_json
from vectorstore.pairs import PairModel, PairModelFailed

__all__ = ["PairClassifier"]

_EXPORT = EXPORT.format(task="text-classification")


class PairClassifier:
    """A model that reads two texts and gives each of its labels a probability. Safe to share between threads.

    The folder holds `model.onnx` (or `onnx/model.onnx`), `tokenizer.json`, and `config.json` with `id2label`.
    """

    def __init__(self, folder: Path) -> None:
        """Load the model and try it once.

        Raises:
            UsageError: A file is missing or of no use; the message names it.
        """
        try:
            model_file(folder, export=_EXPORT)
            read_json(folder / "config.json", wanted="the names of the model's labels (id2label)", export=_EXPORT)
            self._model = PairModel(folder, cut="first")
        except ModelFolderError as error:
            raise UsageError(str(error)) from error
        self.labels = self._model.labels
        if not self.labels:
            raise UsageError(
                f'{folder / "config.json"} does not number the labels from 0; write "id2label": {{"0": "entailment", '
                "...}} in the order of the model's outputs."
            )
        try:
            self.probabilities("One text.", "Another text.")
        except ServiceError as error:
            raise UsageError(str(error)) from error

    @property
    def digest(self) -> str:
        """SHA-256 over the files that decide what the model says."""
        return self._model.digest

    @property
    def window(self) -> int:
        """Tokens that the model reads at a time."""
        return self._model.window

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Offsets of the tokens of a text, in order."""
        return self._model.spans(text)

    def room(self, hypothesis: str) -> int:
        """Tokens that are left for the first text when this is the second."""
        return self._model.room(hypothesis)

    def probabilities(self, premise: str, hypothesis: str) -> list[float]:
        """Probability of each label, in the order of `labels`; of a single label its own.

        Several outputs go through a softmax, a single one through a sigmoid.

        Raises:
            ServiceError: The model fails on this pair, or gives something else than a number for each label.
        """
        import numpy as np

        try:
            (logits,) = self._model.logits([(premise, hypothesis)])
        except PairModelFailed as error:
            raise ServiceError(str(error)) from error
        if len(logits) != len(self.labels):
            raise ServiceError(
                f"{self._model.path} must give one number for each of {', '.join(self.labels)}; "
                f"it gave {[logits.tolist()]!r}."
            )
        if len(self.labels) == 1:
            return [float(1 / (1 + np.exp(-logits[0])))]
        powers = np.exp(logits - logits.max())
        return [float(one) for one in powers / powers.sum()]
