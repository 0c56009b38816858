"""派单建议模型: guesses the class of a message from its characters, and says how sure it is.

A linear model over character 1- to 3-grams (TF-IDF; the subject counts three times) and over how
strongly the words of each first-level category of the catalogue speak. The words are kept inside
the model, so that a later catalogue does not change what was trained. Confidence is calibrated on
messages that the model had not seen.

It remembers the digests of what it was trained on, so that nobody takes its memory for skill. It
never overrides a catalogue rule: `combine` sets both side by side. scikit-learn is imported
only when a model is trained or read.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hotline.routing.commands import CatalogueEntry
from hotline.routing.route import Route
from streams.city.tables import classes
from streams.labelled_rows import LabelledText

MODEL_FILE: Final = "routing-model.skops"
FORMAT: Final = 2
ALTERNATIVES_MAX: Final = 3
SUBJECT_WEIGHT: Final = 3
FOLDS: Final = 5
SEED: Final = 20251122

_DIGEST_LENGTH: Final = 16
_PLACEHOLDER: Final = re.compile(r"[A-Za-z]+\d*(?:市|县|区|镇|乡|街道|村)?|\d+")
"""Anonymised places (A市, K8县), Latin letters and digits tell no class."""

_Lexicon = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """分类建议: the likeliest class, its probability, and the next ones."""

    category: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """派单提议: what the rule said beside what the model said.

    `category` is the rule's where it spoke, else the model's.
    `agrees` is None where the rule found nothing to compare with. An empty `route.lead` or a
    disagreement asks a person.
    """

    route: Route
    suggestion: Suggestion
    category: str
    agrees: bool | None

    @property
    def asks_a_person(self) -> bool:
        """Whether the two together are not sure enough."""
        return not self.route.lead or self.agrees is False


@dataclass(frozen=True, slots=True)
class Figures:
    """评估结果 on messages of known class."""

    accuracy: float
    macro_f1: float
    per_class: Mapping[str, Mapping[str, float]]
    rows: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """评估: figures of all rows, and of those alone that the model was not trained on."""

    every: Figures
    unseen: Figures

    @property
    def seen_rows(self) -> int:
        """Rows that the model was trained on; its figures of them are memory."""
        return self.every.rows - self.unseen.rows


class TooFewRowsError(Exception):
    """样本不足: a single class, a class of one message, or messages with nothing in common."""


class UnusableModelError(Exception):
    """模型不可用: the file is no model of ours or of another format."""


def combine(route: Route, suggestion: Suggestion) -> Proposal:
    """Set rule and model side by side; the lead is the rule's alone."""
    guessed = categories_of(suggestion.category)
    if not route.category:
        return Proposal(route, suggestion, guessed[0] if guessed else "", None)
    agrees = route.category.startswith(guessed) if guessed else None
    return Proposal(route, suggestion, route.category, agrees)


def categories_of(label: str) -> tuple[str, ...]:
    """Give the category codes behind a class name; a code stands for itself."""
    return (label,) if label.isdigit() else classes().get(label, ())


def lexicon_of(entries: Iterable[CatalogueEntry]) -> dict[str, tuple[str, ...]]:
    """Gather a catalogue's keywords by first-level category."""
    words: dict[str, dict[str, None]] = {}
    for entry in entries:
        words.setdefault(entry.category[:2], {}).update(dict.fromkeys(entry.keywords))
    return {code: tuple(found) for code, found in sorted(words.items()) if code and found}


class SuggestionModel:
    """模型: immutable once trained."""

    def __init__(
        self,
        *,
        vectorizer: Any,
        classifier: Any,
        lexicon: _Lexicon,
        temperature: float,
        learnt: frozenset[str],
    ) -> None:
        self._vectorizer = vectorizer
        self._classifier = classifier
        self._lexicon = lexicon
        self._temperature = temperature
        self._learnt = learnt

    @property
    def labels(self) -> tuple[str, ...]:
        """Name the classes it knows."""
        return tuple(str(label) for label in self._classifier.classes_)

    def has_learnt(self, row: LabelledText) -> bool:
        """Whether it was trained on this very message, whatever the class said."""
        return _digest(row) in self._learnt

    def suggest(self, text: str) -> Suggestion:
        """Guess the class of a message whose first line is its subject."""
        subject, _, body = text.partition("\n")
        return self.suggest_all([(subject, body)])[0]

    def suggest_all(self, texts: Sequence[tuple[str, str]]) -> list[Suggestion]:
        """Guess for many (subject, body) at once."""
        if not texts:
            return []
        features = _features(self._vectorizer, self._lexicon, texts)
        scores = _scores(self._classifier, features)
        return [
            _suggestion(self.labels, row) for row in _softmax(scores / self._temperature).tolist()
        ]

    def save(self, path: Path) -> None:
        """Write the model without pickle; the file before stays until the new one is whole."""
        from skops import io as skops_io  # noqa: PLC0415 (heavy)

        document = {
            "format": FORMAT,
            "vectorizer": self._vectorizer,
            "classifier": self._classifier,
            "lexicon": {code: list(words) for code, words in self._lexicon.items()},
            "temperature": self._temperature,
            "learnt": sorted(self._learnt),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        skops_io.dump(document, unfinished)
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "SuggestionModel":
        """Read a model; types that skops does not trust by itself are refused."""
        from skops import io as skops_io  # noqa: PLC0415 (heavy)

        try:
            document = skops_io.load(path, trusted=[])
        except FileNotFoundError:
            raise
        except Exception as error:  # skops and zipfile raise many kinds for a file not ours
            raise UnusableModelError(str(path)) from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise UnusableModelError(str(path))
        return cls(
            vectorizer=document["vectorizer"],
            classifier=document["classifier"],
            lexicon=document["lexicon"],
            temperature=float(document["temperature"]),
            learnt=frozenset(document["learnt"]),
        )


def train(rows: Sequence[LabelledText], lexicon: _Lexicon) -> SuggestionModel:
    """Train on all rows; the temperature comes from folds that the model had not seen."""
    _check(rows)
    vectorizer, classifier = _fit(rows, lexicon)
    return SuggestionModel(
        vectorizer=vectorizer,
        classifier=classifier,
        lexicon=lexicon,
        temperature=_temperature(rows, lexicon),
        learnt=frozenset(map(_digest, rows)),
    )


def cross_validate(rows: Sequence[LabelledText], lexicon: _Lexicon, seed: int = SEED) -> Figures:
    """Measure by stratified folds: each message is judged by a model that never saw it."""
    _check(rows)
    guesses = [""] * len(rows)
    for kept, held in _folds(rows, seed):
        vectorizer, classifier = _fit([rows[place] for place in kept], lexicon)
        texts = [(rows[place].subject, rows[place].body) for place in held]
        found = classifier.predict(_features(vectorizer, lexicon, texts))
        for place, label in zip(held, found, strict=True):
            guesses[place] = str(label)
    return _figures([row.label for row in rows], guesses)


def evaluate(model: SuggestionModel, rows: Sequence[LabelledText]) -> Evaluation:
    """Measure a trained model on rows of known class, and on those apart that are new to it."""
    suggestions = model.suggest_all([(row.subject, row.body) for row in rows])
    judged = [(row.label, found.category) for row, found in zip(rows, suggestions, strict=True)]
    new = [pair for row, pair in zip(rows, judged, strict=True) if not model.has_learnt(row)]
    return Evaluation(_judged(judged), _judged(new))


def _judged(pairs: Sequence[tuple[str, str]]) -> Figures:
    return _figures([truth for truth, _ in pairs], [guess for _, guess in pairs])


def _digest(row: LabelledText) -> str:
    return hashlib.sha256(f"{row.subject}\n{row.body}".encode()).hexdigest()[:_DIGEST_LENGTH]


def _check(rows: Sequence[LabelledText]) -> None:
    counts = Counter(row.label for row in rows)
    if len(counts) < 2 or min(counts.values()) < 2:  # noqa: PLR2004 (a pair is the least)
        raise TooFewRowsError


def _fit(rows: Sequence[LabelledText], lexicon: _Lexicon) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (heavy)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (heavy)

    # min_df=2: a gram of one message alone names that message and no class.
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    texts = [(row.subject, row.body) for row in rows]
    try:
        vectorizer.fit([_cleaned(*text) for text in texts])
    except ValueError as error:  # no two messages share a single character
        raise TooFewRowsError from error
    classifier = LogisticRegression(C=5.0, class_weight="balanced", max_iter=2000)
    classifier.fit(_features(vectorizer, lexicon, texts), [row.label for row in rows])
    return vectorizer, classifier


def _features(vectorizer: Any, lexicon: _Lexicon, texts: Sequence[tuple[str, str]]) -> Any:
    from scipy.sparse import (  # type: ignore[import-untyped] # noqa: PLC0415 (scipy has no types; heavy)
        csr_matrix,
        hstack,
    )

    grams = vectorizer.transform([_cleaned(*text) for text in texts])
    spoken = csr_matrix([_spoken(lexicon, *text) for text in texts])
    return hstack([grams, spoken], format="csr")


def _cleaned(subject: str, body: str) -> str:
    weighted = " ".join([subject] * SUBJECT_WEIGHT)
    return " ".join(_PLACEHOLDER.sub(" ", f"{weighted} {body}").split())


def _spoken(lexicon: _Lexicon, subject: str, body: str) -> list[float]:
    """How strongly the words of each category speak, as a vector of length 1 (or 0)."""
    weights = []
    for words in lexicon.values():
        weight = sum(len(word) * (2 * (word in subject) + (word in body)) for word in words)
        weights.append(weight**0.5)
    length = sum(weight * weight for weight in weights) ** 0.5
    return [weight / length for weight in weights] if length else weights


def _scores(classifier: Any, features: Any) -> Any:
    """One score a class, also where there are only two."""
    from numpy import column_stack  # noqa: PLC0415 (heavy)

    scores = classifier.decision_function(features)
    return column_stack([-scores / 2, scores / 2]) if scores.ndim == 1 else scores


def _softmax(scores: Any) -> Any:
    from sklearn.utils.extmath import softmax  # noqa: PLC0415 (heavy)

    return softmax(scores)


def _suggestion(labels: Sequence[str], probabilities: Sequence[float]) -> Suggestion:
    ranked = sorted(zip(probabilities, labels, strict=True), key=lambda pair: (-pair[0], pair[1]))
    best, *others = ((label, round(float(probability), 4)) for probability, label in ranked)
    return Suggestion(best[0], best[1], tuple(others[:ALTERNATIVES_MAX]))


def _folds(rows: Sequence[LabelledText], seed: int) -> Iterable[tuple[list[int], list[int]]]:
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 (heavy)

    labels = [row.label for row in rows]
    count = min(FOLDS, *Counter(labels).values())
    folds = StratifiedKFold(count, shuffle=True, random_state=seed)
    for kept, held in folds.split(labels, labels):
        yield kept.tolist(), held.tolist()


def _temperature(rows: Sequence[LabelledText], lexicon: _Lexicon) -> float:
    """Find what makes the confidence on unseen messages as high as their accuracy."""
    from numpy import log, vstack  # noqa: PLC0415 (heavy)

    scores, truth = [], []
    for kept, held in _folds(rows, SEED):
        vectorizer, classifier = _fit([rows[place] for place in kept], lexicon)
        texts = [(rows[place].subject, rows[place].body) for place in held]
        scores.append(_scores(classifier, _features(vectorizer, lexicon, texts)))
        places = {str(label): place for place, label in enumerate(classifier.classes_)}
        truth += [places[rows[place].label] for place in held]
    together = vstack(scores)

    def loss(temperature: float) -> float:
        told = _softmax(together / temperature)[range(len(truth)), truth]
        return float(-log(told.clip(1e-12)).mean())

    return min((step / 20 for step in range(4, 61)), key=loss)


def _figures(truth: Sequence[str], guesses: Sequence[str]) -> Figures:
    if not truth:
        return Figures(0.0, 0.0, {}, 0)
    told, guessed = Counter(truth), Counter(guesses)
    hits = Counter(label for label, guess in zip(truth, guesses, strict=True) if label == guess)
    per_class = {}
    for label in sorted(told.keys() | guessed.keys()):
        precision = hits[label] / guessed[label] if guessed[label] else 0.0
        recall = hits[label] / told[label] if told[label] else 0.0
        both = precision + recall
        per_class[label] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(2 * precision * recall / both if both else 0.0, 4),
            "rows": told[label],
        }
    f1 = sum(figures["f1"] for figures in per_class.values()) / len(per_class)
    return Figures(round(hits.total() / len(truth), 4), round(f1, 4), per_class, len(truth))
