"""What a quantity counts and what happened to it, read through the grammar: the counted noun and the paths to an event.

"12 people were killed" counts people, and its path is `passive_subject` of "kill"; "a toll of 12" counts nobody by name and hangs
on the noun "toll". The words are those of `lexicon/measures.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from tallyroom.lexicon import lines, table
from tallyroom.parses import Parse, Token
from tallyroom.quantities import Quantity


@lru_cache(maxsize=1)
def people_nouns() -> frozenset[str]:
    """Nouns for people, in the singular."""
    known = set(lines("people_nouns_wordnet.txt")) - set(lines("not_people.txt"))
    return frozenset(known | set(lines("people_nouns.txt")))


@lru_cache(maxsize=8)
def measure_words(role: str) -> dict[str, tuple[str, ...]]:
    """word → the measures it can stand for in this role (patient, actor, noun, state)."""
    found: dict[str, list[str]] = {}
    for measure, words in table("measures.toml")[role].items():
        for word in words:
            found.setdefault(word, []).append(measure)
    return {word: tuple(measures) for word, measures in found.items()}


@dataclass(slots=True)
class Evidence:
    """One path from a quantity to a word that tells a measure."""

    measure: str
    #: How it was reached: patient, actor, noun, state, inherited, role (what they are), near.
    path: str
    word: Token


@dataclass(slots=True)
class Counting:
    """What one quantity counts, and the paths from it to what happened."""

    quantity: Quantity
    sentence: int
    numeral: Token | None
    noun: Token | None
    #: The word through which the quantity hangs in its sentence: the counted noun, else the numeral.
    anchor: Token | None
    evidence: list[Evidence] = field(default_factory=list)
    #: The verb that governs the anchor, and the relation to it.
    governor: Token | None = None
    relation: str = ""
    #: The quantity that this one is said to be a part of, by the grammar ("including", "of them").
    partitive: str = ""
    is_person: bool = False

    @property
    def best(self) -> Evidence | None:
        """The strongest evidence: they stand in order of trust."""
        return self.evidence[0] if self.evidence else None


_UP = ("conjunct", "apposition")
_EMPTY_NOUNS = frozenset(
    [
        "number",
        "total",
        "group",
        "handful",
        "pair",
        "couple",
        "dozen",
        "score",
        "hundred",
        "thousand",
        "million",
        "estimate",
        "count",
        "figure",
        "tally",
        "range",
    ]
)
_NOT_COUNTED = frozenset(["deaths", "toll", "casualties"])


def count(parse: Parse, quantity: Quantity, sentence: int) -> Counting:
    """Read what one quantity of a sentence counts and what happened to it."""
    words = parse.between(quantity.numeral_start, quantity.numeral_end)
    numeral = _numeral(words)
    if numeral is None:
        return Counting(quantity, sentence, None, None, None)
    noun = _noun(parse, quantity, numeral, words)
    anchor = noun or numeral
    reading = Counting(quantity, sentence, numeral, noun, anchor)
    reading.is_person = noun is None or is_person(noun)
    _collect(reading, parse)
    return reading


#: Words that are no count's noun: "no one", "none of the passengers".
_NOBODY = frozenset(["one", "none", "nobody"])


def _numeral(words: list[Token]) -> Token | None:
    inside = {id(t) for t in words}
    tops = [t for t in words if id(t.head) not in inside or t.head is t]
    return tops[-1] if tops else (words[-1] if words else None)


def is_person(noun: Token) -> bool:
    """Does the noun stand for people?"""
    if noun.lemma in people_nouns() or noun.lower in people_nouns():
        return True
    if noun.lower.endswith(("men", "women", "ists", "eers")):
        return True
    if noun.lower.endswith("s") and noun.lower[:-1] in people_nouns():
        return True
    return noun.text[:1].isupper() and noun.entity == "people"


def _noun(parse: Parse, quantity: Quantity, numeral: Token, words: list[Token]) -> Token | None:
    """The counted noun: the head of the numeral, the complement of its "of", or the noun of an article."""
    if (
        numeral.pos in ("noun", "name")
        and quantity.kind in ("article", "none", "ordinal")
        and numeral.lower not in _NOBODY
    ):
        return numeral
    of = next(
        (t for t in numeral.children if t.rel == "preposition" and t.lower == "of" and t.start >= numeral.end), None
    )
    if of is not None and (inner := of.child("complement")) is not None and inner.pos in ("noun", "name", "pronoun"):
        return inner if inner.pos != "pronoun" else None
    token = numeral
    for _ in range(4):
        if (
            token.rel in ("number", "determiner", "quantity_modifier", "compound", "adjective", "possessive")
            and token.head is not token
        ):
            token = token.head
            if any(between.text in ("(", "[") for between in parse.tokens[numeral.i + 1 : token.i]):
                break
            if token.pos in ("noun", "name") and token.end > quantity.numeral_end and not _is_inside(token, words):
                return None if _tells_when(token) else token
            if token.pos == "adjective" and token.end > quantity.numeral_end and token.lemma in measure_words("state"):
                return token
        else:
            break
    following = parse.at(quantity.end + 1) if quantity.end < parse.end else None
    hops = 0
    while following is not None and hops < 5:
        if following.pos in ("noun",) and following.i + 1 < len(parse) and parse[following.i + 1].pos in ("noun",):
            pass
        elif following.pos == "noun":
            return None if _tells_when(following) else following
        elif following.pos not in ("adjective", "name", "determiner") and following.tag not in ("VBN", "VBG", "HYPH"):
            return None
        if following.lemma in measure_words("state"):
            return following
        following = parse[following.i + 1] if following.i + 1 < len(parse) else None
        hops += 1
    return None


def _tells_when(noun: Token) -> bool:
    """ "It rose to 4,000 last month" counts no months; "down from 212 a week earlier" no weeks."""
    if noun.lemma not in table("times.toml")["units"]:
        return False
    after = noun.parse.tokens[noun.i + 1 : noun.i + 2]
    is_before = bool(after) and after[0].lower in ("earlier", "ago", "before", "later") and noun.child("determiner")
    return bool(is_before) or any(t.lower in ("last", "this", "next") for t in noun.kids("adjective", "determiner"))


def _is_inside(token: Token, words: list[Token]) -> bool:
    return any(token is w for w in words)


#: Verbs that tie an amount to what it is the amount of: "the toll rose to 12", "the missing numbered 441".
_AMOUNTS = frozenset(
    [
        "stand",
        "rise",
        "reach",
        "climb",
        "hit",
        "exceed",
        "be",
        "total",
        "top",
        "pass",
        "surpass",
        "number",
        "come",
        "fall",
        "drop",
        "grow",
        "increase",
        "jump",
        "near",
        "approach",
        "amount",
        "remain",
    ]
)


def _collect(reading: Counting, parse: Parse) -> None:
    anchor = reading.anchor
    assert anchor is not None
    _from_noun(reading, anchor)
    top = _climb_names(reading, anchor)
    _from_governor(reading, top)
    if not reading.evidence and top is not anchor:
        _from_governor(reading, anchor)
    _from_neighbours(reading, parse)
    _join(reading)
    reading.evidence.sort(key=lambda e: _TRUST[e.path])
    _from_word_behind(reading, parse)


def _from_word_behind(reading: Counting, parse: Parse) -> None:
    """ "160 dead and around 6,000 wounded": the word right behind a number, or behind "people", tells what happened to those counted,
    whatever the grammar makes of it."""
    last = reading.numeral
    if last is None or reading.quantity.kind != "count" or (reading.best and _TRUST[reading.best.path] == 0):
        return
    after = parse.tokens[last.i + 1 : last.i + 4]
    if after and after[0].lower in table("measures.toml")["behind"]["anybody"]:
        after = after[1:]
    if not after:
        return
    word = after[0]
    measures = measure_words("state").get(word.lower, ())
    if (
        len(measures) != 1
        or word.tag in ("NN", "NNS")
        or any(e.measure == measures[0] and e.path == "state" for e in reading.evidence)
    ):
        return
    follows = after[1].pos if len(after) > 1 else ""
    if follows in ("determiner", "pronoun", "noun", "name", "numeral"):
        return
    reading.evidence.insert(0, Evidence(measures[0], "state", word))


def _join(reading: Counting) -> None:
    """ "killed or wounded", "dead and wounded" of one count are casualties: the two words are co-ordinated with each other."""
    dead = [e.word for e in reading.evidence if e.measure == "killed"]
    hurt = [e.word for e in reading.evidence if e.measure == "injured"]
    for one in dead:
        for other in hurt:
            if (
                other.rel == "conjunct"
                and other.head is one
                and not other.kids("number")
                or one.rel == "conjunct"
                and one.head is other
                and not one.kids("number")
            ):
                path = next(e.path for e in reading.evidence if e.word is one)
                reading.evidence.insert(0, Evidence("killed_or_injured", path, one))
                return


#: Paths in order of trust: what happened stands before what those counted are.
_TRUST = {"patient": 0, "actor": 0, "state": 0, "noun": 0, "inherited": 1, "role": 2, "near": 3}


def _add(reading: Counting, measures: tuple[str, ...] | None, path: str, word: Token) -> None:
    if measures and path in ("noun", "inherited") and is_person(word) and word.lemma not in _HAPPENED:
        path = "role"
    for measure in measures or ():
        reading.evidence.append(Evidence(measure, path, word))


#: Nouns for people that say what happened to them, and not only what they are.
_HAPPENED = frozenset(
    [
        "casualty",
        "casualties",
        "dead",
        "body",
        "victim",
        "survivor",
        "missing",
        "injured",
        "wounded",
        "homeless",
        "hostage",
        "refugee",
        "evacuee",
    ]
)


#: What people are left with: "four others with burns".
_HARM = (("injured",), ("infected",))


def _from_noun(reading: Counting, anchor: Token) -> None:
    """ "12 deaths", "12 dead", "12 people killed in", "12 who died", "12 wounded soldiers"."""
    for child in anchor.children:
        if child.rel in ("participle", "relative"):
            _from_clause(reading, child, child.rel)
        elif child.rel in ("adjective", "attribute") and child.start >= reading.quantity.numeral_end:
            _add(reading, measure_words("state").get(child.lower), "state", child)
        elif child.rel == "preposition" and child.lower == "with" and child.start >= reading.quantity.numeral_end:
            harm = child.child("complement")
            if harm is not None and measure_words("noun").get(harm.lemma) in _HARM:
                _add(reading, measure_words("noun")[harm.lemma], "state", harm)
    _add(reading, measure_words("state").get(anchor.lower), "state", anchor)
    _add(reading, measure_words("noun").get(anchor.lemma), "noun", anchor)


def _from_clause(reading: Counting, verb: Token, relation: str) -> None:
    if verb.pos == "verb":
        passive = verb.tag == "VBN" and (relation == "participle" or verb.child("passive_auxiliary") is not None)
        subject = verb.child("subject", "passive_subject")
        mine = subject is None or subject.pos == "pronoun" and subject.lower in ("who", "that", "which", "whom")
        if passive and (relation == "participle" or mine):
            _verb(reading, verb, "patient", "patient")
        elif relation == "participle" or mine:
            _verb(reading, verb, "actor", "actor")
        else:
            _verb(reading, verb, "patient", "patient")
    for child in verb.kids("attribute"):
        _add(reading, measure_words("state").get(child.lower), "state", child)


def _verb(reading: Counting, verb: Token, role: str, path: str) -> None:
    words = measure_words(role)
    particle = verb.child("particle")
    thing = verb.child("object", "attribute", "noun_adverb", "adverb")
    for extra in (particle, thing):
        if extra is not None and (
            known := words.get(f"{verb.lemma} {extra.lower}") or words.get(f"{verb.lemma} {extra.lemma}")
        ):
            _add(reading, known, path, verb)
            return
    for preposition in verb.kids("preposition"):
        inner = preposition.child("complement")
        if inner is not None and (known := words.get(f"{verb.lemma} {preposition.lower} {inner.lower}")):
            _add(reading, known, path, verb)
            return
    _add(reading, words.get(verb.lemma), path, verb)


def _climb_names(reading: Counting, token: Token) -> Token:
    """Up through co-ordination, apposition, "of", "including": what holds for the first holds for the others."""
    for _ in range(6):
        head = token.head
        if head is token:
            return token
        if token.rel in _UP and head.pos in ("noun", "name", "numeral", "pronoun"):
            reading.partitive = reading.partitive or ("apposition" if token.rel == "apposition" else "")
            if token.rel == "apposition" or not reading.evidence:
                _add_inherited(reading, head)
            token = head
        elif token.rel == "complement" and head.lower in ("including", "among", "of", "than", "to", "from", "with"):
            noun = head.head
            if head.lower == "including":
                reading.partitive = "including"
                _add_inherited(reading, noun)
            elif noun.pos in ("noun", "name"):
                _add(reading, measure_words("noun").get(noun.lemma), "noun", noun)
                if head.lower != "of":
                    return token
            elif noun.pos == "verb" and head.lower in ("to", "from") and (thing := _what_changes(noun)) is not None:
                _amount_of(reading, thing)
                return token
            else:
                return token
            token = noun
        else:
            return token
    return token


def _what_changes(verb: Token) -> Token | None:
    """What comes to an amount: the toll that "rose to 12", the estimate that somebody "increased to 12"."""
    return verb.child("object") or verb.child("subject", "passive_subject")


def _add_inherited(reading: Counting, head: Token) -> None:
    for child in head.children:
        if child.rel in ("participle", "relative") and child.pos == "verb":
            _from_clause(reading, child, child.rel)
    _add(reading, measure_words("state").get(head.lower), "inherited", head)
    _add(reading, measure_words("noun").get(head.lemma), "inherited", head)


def _from_governor(reading: Counting, top: Token) -> None:
    verb = top.head
    relation = top.rel
    reading.governor, reading.relation = verb, relation
    if top.rel == "complement" and verb.pos == "preposition":
        reading.governor, reading.relation = verb.head, f"by {verb.lower}"
        if verb.head.lemma in ("put", "estimate", "place", "set", "number") and verb.lower == "at":
            thing = verb.head.child("object", "passive_subject")
            if thing is not None:
                _amount_of(reading, thing)
        elif verb.head.lemma in _AMOUNTS and verb.lower in ("to", "at", "from", "by"):
            thing = _what_changes(verb.head)
            if thing is not None:
                _amount_of(reading, thing)
        if (
            verb.head.pos == "verb"
            and verb.lower in ("on", "of", "for", "to")
            and verb.head.lemma in ("inflict", "claim", "rise", "lead")
        ):
            _object_of(reading, verb.head)
        return
    if verb.pos not in ("verb", "modal") and verb.tag not in ("VBN", "VBD", "VBG"):
        return
    if relation in ("object", "indirect_object"):
        _object_of(reading, verb)
    elif relation == "passive_subject":
        _passive(reading, verb)
    elif relation == "subject":
        _subject_of(reading, verb)
    elif relation == "attribute":
        subject = verb.child("subject", "expletive")
        if subject is not None:
            _add(reading, measure_words("noun").get(subject.lemma), "noun", subject)
            _add_inherited(reading, subject)
    elif relation == "root" or relation == "agent":
        return


def _object_of(reading: Counting, verb: Token) -> None:
    _verb(reading, verb, "patient", "patient")
    for child in (
        *verb.kids("attribute", "open_content", "content"),
        *(reading.anchor.kids("attribute", "adjective") if reading.anchor else ()),
    ):
        _add(reading, measure_words("state").get(child.lower), "state", child)
        if child.tag in ("VBN", "VBD"):
            _add(reading, measure_words("patient").get(child.lemma), "state", child)
    subject = verb.child("subject")
    if subject is not None and verb.lemma in _AMOUNTS:
        _amount_of(reading, subject)


def _amount_of(reading: Counting, thing: Token) -> None:
    """What an amount is the amount of: "the toll", "the missing", "the number of people injured"."""
    if thing.lemma not in _EMPTY_NOUNS:
        _add(reading, measure_words("noun").get(thing.lemma), "noun", thing)
        _add(reading, measure_words("state").get(thing.lower), "state", thing)
    for child in thing.subtree()[:12]:
        if child is thing:
            continue
        if child.pos in ("noun", "adjective"):
            _add(reading, measure_words("noun").get(child.lemma), "noun", child)
            _add(reading, measure_words("state").get(child.lower), "state", child)
        elif child.pos == "verb" and child.tag == "VBN":
            _add(reading, measure_words("patient").get(child.lemma), "state", child)


def _chain(verb: Token) -> list[Token]:
    """The verb and those that share its subject: co-ordinated verbs and infinitives ("were found dead", "went missing")."""
    found = [verb]
    for child in verb.children:
        if (
            child.rel == "conjunct"
            and child.pos == "verb"
            and child.child("subject", "passive_subject") is None
            or child.rel in ("open_content", "attribute")
            and child.pos == "verb"
        ):
            found.append(child)
    return found


def _passive(reading: Counting, verb: Token) -> None:
    for each in _chain(verb):
        role = "patient" if each.tag in ("VBN", "VBD") else "actor"
        _verb(reading, each, role, role)
        for child in each.kids("attribute"):
            _add(reading, measure_words("state").get(child.lower), "state", child)
    if verb.child("object") is not None and verb.lemma in ("take", "hold"):
        return


def _subject_of(reading: Counting, verb: Token) -> None:
    for each in _chain(verb):
        is_passive = each.tag == "VBN" and each is not verb
        _verb(reading, each, "patient" if is_passive else "actor", "patient" if is_passive else "actor")
        for child in each.kids("attribute", "adverb", "preposition"):
            _add(reading, measure_words("state").get(child.lower), "state", child)
        thing = each.child("object")
        if thing is not None and each.lemma in ("suffer", "sustain", "receive", "have", "lose"):
            _add(reading, measure_words("noun").get(thing.lemma), "actor", thing)


def _from_neighbours(reading: Counting, parse: Parse) -> None:
    """The nearest words of any role, when the grammar led nowhere sure: they come last."""
    anchor = reading.anchor
    assert anchor is not None
    near: list[tuple[int, Token, tuple[str, ...]]] = []
    for token in parse.tokens[max(0, anchor.i - 18) : anchor.i + 19]:
        if token is anchor:
            continue
        for role in ("state", "noun", "patient", "actor"):
            known = measure_words(role).get(token.lower if role == "state" else token.lemma)
            if known and (role not in ("patient", "actor") or token.pos == "verb"):
                near.append((abs(token.i - anchor.i) + (3 if token.i < anchor.i else 0), token, known))
                break
    for _, token, known in sorted(near, key=lambda row: row[0])[:3]:
        _add(reading, known, "near", token)
