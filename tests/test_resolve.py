"""Sources, populations and places: what meets, what stays apart, what stays words."""

from __future__ import annotations

import time

import pytest

from tallyroom.lexicon import rows
from tallyroom.model import Figure
from tallyroom.resolve import (
    Context,
    affiliation_of,
    nations,
    place_key,
    population_key,
    relation_of,
    resolve_figures,
    resolve_place,
    resolve_population,
    resolve_source,
    source_slug,
)
from tallyroom.resolve.nations import countries

FIXED = Context(place="ru", named=("kr", "kp", "ru"))


@pytest.mark.parametrize(
    "words",
    [
        "South Korea's spy agency",
        "the South Korean intelligence agency",
        "South Korea's National Intelligence Service",
        "South Korea's NIS",
    ],
)
def test_names_of_one_service_meet(words: str) -> None:
    found = resolve_source(words)
    assert (found.slug, found.kind, found.country, found.sure) == ("kr-nis", "intelligence service", "kr", True)


def test_a_service_of_another_country_stays_apart() -> None:
    slugs = {
        resolve_source(f"{whose} National Intelligence Service").slug
        for whose in ("South Korea's", "Pakistan's", "North Korea's", "Kenya's")
    }
    assert len(slugs) == 4


def test_an_ambiguous_name_takes_the_country_that_the_report_names() -> None:
    assert resolve_source("the NIS", context=FIXED).slug == "kr-nis"
    assert resolve_source("the NIS", context=FIXED).rivals == ("ke-nis",)
    alone = resolve_source("the NIS")
    assert not alone.sure
    assert alone.country is None
    assert alone.rivals == ("ke-nis", "kr-nis")
    both = resolve_source("the NIS", context=Context(named=("kr", "ke")))
    assert not both.sure


def test_a_function_takes_its_country_from_the_words_then_from_the_place_else_stays_unsure() -> None:
    assert resolve_source("Pakistan's health ministry").slug == "pk-health-ministry"
    by_place = resolve_source("the health ministry", context=Context(place="pk"))
    assert (by_place.slug, by_place.method) == ("pk-health-ministry", "place of the report")
    assert resolve_source("Pakistan's health ministry", context=Context(place="in")).country == "pk"
    assert not resolve_source("the health ministry").sure
    for generic in ("police", "local authorities", "witnesses", "the hospital", "officials said", "sources"):
        assert not resolve_source(generic).sure, generic


@pytest.mark.parametrize(
    ("words", "slug", "kind"),
    [
        ("the Pentagon", "us-defense-ministry", "government"),
        ("Pentagon officials", "us-defense-ministry", "government"),
        ("Israeli military", "il-idf", "armed force"),
        ("UN refugee agency", "un-unhcr", "international body"),
        ("Pyongyang", "kp-government", "government"),
        ("AFP", "afp", "media"),
        ("The Guardian", "guardian", "media"),
        ("Ukrainian President Volodymyr Zelensky", "volodymyr-zelensky", "named person"),
        ("Norwegian Defence Forces", "no-military", "armed force"),
        ("Doctors Without Borders", "msf", "NGO"),
    ],
)
def test_sources_have_a_kind(words: str, slug: str, kind: str) -> None:
    found = resolve_source(words)
    assert (found.slug, found.kind) == (slug, kind)
    assert source_slug(words) == slug


def test_a_slug_is_only_letters_digits_and_hyphens() -> None:
    for words in (
        "../../etc/passwd",
        "=HYPERLINK(1)",
        "<script>",
        "Élysée  Palace",
        "x" * 500,
        "🙂",
        "''",
        "\u202e evil",
    ):
        slug = source_slug(words)
        assert slug
        assert len(slug) <= 84
        assert all(c.isalnum() or c == "-" for c in slug)
    assert source_slug(None) is None
    assert source_slug("  ") is None


def test_soldiers_meet_and_workers_stay_apart() -> None:
    keys = {
        population_key(w)
        for w in (
            "North Korean soldiers",
            "North Korean troops",
            "soldiers from North Korea",
            "injured North Korean troops",
        )
    }
    assert len(keys) == 1
    assert population_key("North Korean workers") not in keys
    assert population_key("South Korean soldiers") not in keys
    assert population_key("soldiers") not in keys


def test_populations_state_what_they_state() -> None:
    girls = resolve_population("Palestinian girls")
    assert (girls.sides, girls.age, girls.sex, girls.status) == (("ps",), "child", "female", "unknown")
    assert resolve_population("Ukrainian civilians").status == "civilian"
    assert resolve_population("members of the security forces").status == "unknown"
    both = resolve_population("women and children")
    assert both.age is None
    assert both.sex is None
    assert resolve_population("Hamas fighters").sides == ("hamas",)
    korean = resolve_population("Korean soldiers")
    assert korean.sides == ()
    assert korean.rivals == ("kp", "kr")


@pytest.mark.parametrize(
    ("words", "country", "where_prec"),
    [
        ("the Kursk region", "ru", 4),
        ("Kursk", "ru", 1),
        ("Sudzha", "ru", 1),
        ("near Kyiv", "ua", 2),
        ("Russia", "ru", 6),
        ("the Iraqi town of Haditha", "iq", 1),
        ("Paris, Texas", "us", 1),
        ("Paris", "fr", 1),
        ("Mecca", "sa", 1),
        ("California's Riverside County", "us", 3),
        ("the Aegean Sea", None, 7),
        ("Abkhazia in western Georgia", "ge", 4),
        ("Georgia, United States", "us", 4),
        ("the eastern coast of Japan", "jp", 5),
        ("south of Okinawa, Japan", "jp", 2),
        ("Sindh", "pk", 4),
        ("the province of Balochistan", "pk", 4),
        ("Central Sulawesi", "id", 4),
        ("Punjab, Pakistan", "pk", 4),
        ("Puebla", "mx", 1),
        ("Puebla state", "mx", 4),
        ("Navarro County", None, 0),
        ("Florida", "us", 4),
        ("Santa Catarina", "br", 4),
        ("Madeira", "pt", 4),
        ("Gaza", "ps", 6),
    ],
)
def test_places_have_country_and_precision(words: str, country: str | None, where_prec: int) -> None:
    found = resolve_place(words)
    assert (found.country, found.where_prec or 0) == (country, where_prec)


def test_a_province_shares_its_division_with_its_towns() -> None:
    assert resolve_place("Sindh").admin1 == resolve_place("Karachi").admin1
    assert resolve_place("Punjab").rivals == ("Punjab, in", "Punjab, pk")


@pytest.mark.parametrize(
    ("words", "country", "name"),
    [
        ("Mexico City", "mx", "Mexico City"),
        ("Gaza City", "ps", "Gaza"),
        ("South Bend", "us", "South Bend"),
        ("West Virginia", "us", "West Virginia"),
        ("East London", "za", "East London"),
        ("east London", "gb", "London"),
        ("East Jerusalem", "ps", "East Jerusalem"),
        ("east Jerusalem", "ps", "East Jerusalem"),
        ("South Ossetia", "ge", "South Ossetia"),
        ("northern Paris", "fr", "Paris"),
        ("South Sudan", "ss", "South Sudan"),
    ],
)
def test_names_that_look_like_descriptions_are_names(words: str, country: str, name: str) -> None:
    found = resolve_place(words)
    assert (found.country, found.name) == (country, name)


def test_a_region_shares_its_division_with_its_city() -> None:
    region, city = resolve_place("the Kursk region"), resolve_place("Kursk")
    assert region.admin1 == city.admin1
    assert region.latitude == city.latitude
    assert place_key("the Kursk region") == place_key("Kursk Oblast") != place_key("Kursk")


@pytest.mark.parametrize("words", ["Springfield", "Georgia", "Gaza and Israel"])
def test_ambiguous_places_stay_words_with_rivals(words: str) -> None:
    found = resolve_place(words)
    assert found.country is None
    assert found.latitude is None
    assert len(found.rivals) > 1
    assert found.key.startswith("?")


@pytest.mark.parametrize("words", ["the hills", "east Asia", "worldwide", "two villages", "the border"])
def test_descriptions_stay_words(words: str) -> None:
    assert resolve_place(words).country is None


def test_a_known_country_chooses_between_namesakes() -> None:
    assert resolve_place("Tripoli", "ly").country == "ly"
    assert resolve_place("Tripoli", "lb").country == "lb"


def test_nations_are_read_by_name_adjective_and_abbreviation() -> None:
    assert nations("Russian and North Korean soldiers") == ("ru", "kp")
    assert nations("U.S. officials told us in Niger, not Nigeria") == ("us", "ne", "ng")
    assert nations("a turkey and the polish on china") == ()
    assert nations("Papua New Guinea") == ("pg",)


def test_contested_parts_have_neutral_names() -> None:
    names = {row[0]: row[1] for row in rows("countries.tsv")}
    assert names["ua-43"] == "Crimea"
    assert names["ua-14"] == "Donetsk Oblast"
    assert "ua-dpr" not in names
    assert all("Occupied" not in name and "Province of China" not in name for name in names.values())
    assert resolve_place("Crimea").country == "ua"
    assert "ru" in resolve_place("Crimea").rivals
    assert resolve_place("Kashmir").country is None


def test_every_row_of_the_lexicons_can_be_used() -> None:
    kinds = {
        "government",
        "armed force",
        "armed group",
        "intelligence service",
        "rescue service",
        "hospital",
        "court",
        "company",
        "NGO",
        "international body",
        "witness",
        "media",
        "named person",
    }
    functions = {row[0] for row in rows("source_functions.tsv")}
    slugs = [row[0] for row in rows("sources.tsv")]
    assert len(slugs) == len(set(slugs))
    for row in rows("sources.tsv"):
        assert row[2] in kinds, row
        assert len(row) < 4 or not row[3] or row[3] in countries(), row
        assert len(row) < 5 or not row[4] or row[4] in functions | {"federal police"}, row
    assert all(row[1] in kinds for row in rows("source_functions.tsv"))
    assert all(row[0] in countries() for row in rows("demonyms.tsv"))


def figure(source: str, place: str | None = None) -> Figure:
    return Figure(id="f1", quote="9", start=0, end=1, low=9, best=9, high=9, source=source, place=place,
                  population="North Korean soldiers")  # fmt: skip


def test_one_figure_decides_what_another_leaves_open() -> None:
    figures = [figure("South Korea's spy agency"), figure("the NIS", "Kursk"), figure("the spy agency", "Kursk")]
    meanings = resolve_figures("", None, figures)
    assert [m.source.slug for m in meanings if m.source] == ["kr-nis"] * 3
    assert [m.relation for m in meanings] == ["third_party"] * 3
    assert meanings[1].source is not None
    assert (meanings[1].source.method, meanings[1].source.rivals) == ("named in the report", ("ke-nis",))
    both = resolve_figures("", None, [figure("South Korea's NIS"), figure("Kenya's NIS"), figure("the NIS")])[2]
    assert both.source is not None
    assert not both.source.sure
    assert both.relation is None
    (police,) = resolve_figures("Police in Kenya said", None, [figure("police")])
    assert police.source is not None
    assert not police.source.sure


def test_a_report_on_one_country_chooses_between_towns_of_one_name() -> None:
    alone = resolve_figures("", None, [figure("police", "Tripoli"), figure("police", "somewhere")])
    assert alone[0].place is not None
    assert alone[0].place.country is None
    beside = resolve_figures("", None, [figure("police", "Tripoli"), figure("police", "Beirut")])
    assert beside[0].place is not None
    assert beside[0].place.country == "lb"


@pytest.mark.parametrize(
    ("words", "affiliation"),
    [
        ("the NIS of South Korea", "kr-government"),
        ("the South Korean government", None),
        ("UN refugee agency", "un"),
        ("Ukrainian President Volodymyr Zelensky", "ua-government"),
        ("U.S. Defense Secretary Lloyd Austin", "us-defense-ministry"),
        ("Mayor Bob Smith", None),
        ("Hamas", None),
    ],
)
def test_speakers_belong_to_a_body(words: str, affiliation: str | None) -> None:
    assert affiliation_of(resolve_source(words)) == affiliation


def test_relation_follows_from_source_and_population() -> None:
    assert relation_of("ru", "government", ("ru",)) == "own_side"
    assert relation_of("ua", "armed force", ("ru",)) == "opponent"
    assert relation_of("ua", "armed force", ("kp",)) == "opponent"
    assert relation_of("kr", "intelligence service", ("kp",)) == "third_party"
    assert relation_of("hamas", "armed group", ("ps",)) == "own_side"
    assert relation_of("ru", "media", ("ru",)) == "third_party"
    assert relation_of(None, "government", ("ru",)) is None
    assert relation_of("ru", "government", ()) is None


def test_a_million_keys_are_quick() -> None:
    words = ["North Korean soldiers", "people", "civilians", "the Kursk region"] * 25_000
    for w in words[:4]:
        population_key(w), place_key(w)
    begin = time.process_time()
    for w in words:
        population_key(w)
        place_key(w)
    assert time.process_time() - begin < 3.0
