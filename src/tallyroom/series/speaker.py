"""One speaker of a story, and the kinds of speakers that are taken alike."""

from __future__ import annotations

from typing import NamedTuple

#: Kinds that "officials" and "the authorities" may stand for.
AUTHORITIES = ("government", "local")
#: Of such bodies a story often has one, called by its kind where it is named again.
ONE_OF_A_KIND = ("company", "charity", "union", "independent", "medical", "rival")
#: Kinds of bodies that a name tells by itself.
TELLING = ("medical", "union", "charity", "company", "society", "independent", "rival", "international")


class Speaker(NamedTuple):
    """One speaker of a story: the key under which its names meet, and what is known of it."""

    key: str
    #: government, independent, legislature, local, international, media, model, charity, union, medical, rescue, company, rival, witness,
    #: body (of another kind, with a name), person, unnamed.
    kind: str
    nation: str
    #: The person's name in small letters, where a person speaks.
    person: tuple[str, ...]
    #: Of a joint statement: the sources that make it together.
    members: tuple[str, ...] = ()
