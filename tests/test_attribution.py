"""Who said a figure: one sentence or two for each fact of language, with the source and the relays."""

import re
import time

import pytest

from tallyroom.attribution import Attributor
from tallyroom.document import Document
from tallyroom.extract import extract
from tallyroom.model import make_report

CASES = [
    ("The ministry of health said 12 people had died.", "12", "ministry of health", ()),
    ("Police counted 300 marchers.", "300", "Police", ()),
    ("12 people were killed, according to the fire service.", "12", "fire service", ()),
    ("14 people died and 73 were injured in Ostra, the head of the province's government said on Friday.", "73", "head of the province's government", ()),
    ("10 people were killed in Lima, Lima city hall said on Saturday, and there were 42 injured.", "42", "Lima city hall", ()),
    ("Some 70 pupils died while at prayers, Ana Ruiz, of the Spring Network, said, and 60 houses were destroyed.", "60", "Ana Ruiz", ()),
    ("Across the county, 412 deaths had been recorded, says the statistics office.", "412", "statistics office", ()),
    ("State radio quoted Ana Ruiz as saying on Tuesday that 45 people were injured.", "45", "Ana Ruiz", ("State radio",)),
    ("Ten people died, according to Anka, which quoted the fire brigade.", "Ten", "fire brigade", ("Anka",)),
    ("Some 20 soldiers have been killed, Anka reported on Tuesday, citing lawmakers who had been briefed by the Defence Office.", "20", "Defence Office", ("lawmakers", "Anka")),
    ("The Defence Office met on Monday. The count is made up of 300 soldiers, Mr Park said the Defence Office had told a committee.", "300", "Defence Office", ("Park",)),
    ("The Harbour Ministry said the search went on. Another 139 were missing, it said.", "139", "Harbour Ministry", ()),
    ("Maria Lopez spoke in parliament on Monday. She said 40 people were dead.", "40", "Maria Lopez", ()),
    ("On Monday, the president spoke of 4,000 casualties among the troops.", "4,000", "president", ()),
    ("The army raised its estimate to 4,000 last month.", "4,000", "army", ()),
    ("The war has killed 5,000 people since April, by the count of the UN.", "5,000", "UN", ()),
    ("Ann Roe told reporters that, by the Defence Office's count, 2,000 soldiers were sent home.", "2,000", "Defence Office", ("Ann Roe",)),
    ("Governor Ana Roe was on the air.\n\nROE: We have 482 people in the parks tonight.", "482", "Ana Roe", ()),
    ("The president has put the dead and wounded of the units at 3,800.", "3,800", "president", ()),
    ("The toll has passed 500 in the country, Lomar University data indicated.", "500", "Lomar University", ()),
    ("According to the official WHO report yesterday, there had been 80 confirmed cases and ten deaths.", "80", "WHO", ()),
    ("About 600 soldiers have died, Ana Ruiz quoted the Defence Office as saying.", "600", "Defence Office", ("Ana Ruiz",)),
    ("It was reported that 12 people had died.", "12", None, ()),
    ("16:10 BST - 12 people were killed, the ministry said.", "12", "ministry", ()),
    ("The police report 12 dead, most of them in the lower town.", "12", "police", ()),
    ("In 2016 a lorry fell from the same bend and six workers were killed.", "six", None, ()),
    ("Officials announced an arrest while two other suspects were at large.", "two", None, ()),
    ("The ministry said on Monday, according to the Sennet Post, that 43 of them were being treated.", "43", "ministry", ("Sennet Post",)),
    ("\"12 people died,\" the ministry said, according to Anka.", "12", "ministry", ("Anka",)),
    ("The minister told lawmakers that, according to the army, 30 soldiers were killed.", "30", "army", ("minister",)),
    ("The shipping line Nordvik put the number of dead at 160.", "160", "Nordvik", ()),
    ("The newspaper Sennet Post said 12 people were killed.", "12", "Sennet Post", ()),
    ("Doctors Without Borders said 14 of its staff had been wounded.", "14", "Doctors Without Borders", ()),
    ("The Interior Ministry corrected the death toll to 23.", "23", "Interior Ministry", ()),
    ("A military official who asked not to be named said between 30 and 40 soldiers died.", "between 30 and 40", "military official", ()),
    ("Anka could not verify the report that 300 people had been detained.", "300", None, ()),
    ("Killed: 12 (Ministry of Health).", "12", "Ministry of Health", ()),
    ("The flood killed 30 people (Orle, mostly).", "30", None, ()),
    ("Tolls of the slide:\n- 97 Anka News, from Gov. Ann Roe.", "97", "Ann Roe", ("Anka News",)),
    ("Some 300 people marched, the union said, while police put the crowd at 45.", "45", "police", ()),
    ("Sixty-six people were injured, according to the ambulance service, eighteen of them seriously.", "eighteen", "ambulance service", ()),
    ("Some 9,000 pilgrims were there, according to the temple committee; the city had set a limit of 4,000.", "9,000", "temple committee", ()),
    ("More than 1,900 migrants have drowned since January, the aid group Mare Vivo estimates.", "1,900", "Mare Vivo", ()),
    ("Derwick police: more than 900 people have left Ashcombe.", "900", "Derwick police", ()),
    ("The attack, with 27 drones by the air force's count, killed two mechanics.", "27", "air force", ()),
    ("The attack, with 27 drones by the air force's count, killed two mechanics.", "two", None, ()),
    ("The village, by the state relief desk's reckoning, has 64 dead.", "64", "state relief desk", ()),
    ("The rebels killed 23 soldiers by the junta's account.", "23", "junta", ()),
    ("Twelve men have died, as the Yard Union counts.", "Twelve", "Yard Union", ()),
    ("Kordia's own figure for its dead is 2,911.", "2,911", "Kordia", ()),
    ("The office gave the losses as 12 dead.", "12", "office", ()),
    ("Marines found 2.6 tonnes of rifles.", "2.6", None, ()),
    ("Police said ten were dealers; the union said four had nothing to do with it.", "four", "union", ()),
    ("General Somchit Phanya said 12 were dead. About twenty had burns, the general added.", "twenty", "Somchit Phanya", ()),
    ("The group Press Guard counted 60 attacks. As of Sunday, 131 were in jail, the group added.", "131", "Press Guard", ()),
    ("The Doctors' Circle said nine were killed. Twenty-four more were injured, it said.", "Twenty-four", "Doctors' Circle", ()),
    ("Maria Roe spoke on Monday. According to her, 640 workers have been hired.", "640", "Maria Roe", ()),
    ('A spokesman rejected this: "Forty men went out on Saturday, on foot."', "Forty", "spokesman", ()),
    ("Killed: 19 - Ministry of Health", "19", "Ministry of Health", ()),
    ("What they wrote:\n-- Lom: 6 drones downed, no damage, from Gov. Petar Iliev", "6", "Petar Iliev", ()),
    ("Gaza's health ministry spoke on Monday. Another 40 were hurt, the ministry said.", "40", "health ministry", ()),
    ("Tolls of the slide:\n- 97 in Orle.", "97", None, ()),
    ("In Olin three houses were lost, the mayor said, while 16 burned down in Kule.", "16", "mayor", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "source", "relays"), CASES, ids=[case[0][:50] for case in CASES])
def test_source_and_relays(text: str, quote: str, source: str | None, relays: tuple[str, ...]) -> None:
    document = Document(make_report(text))
    start = text.index(quote)
    found = Attributor(document).attribute(document.sentence_of(start), start, start + len(quote))
    assert (found.source.name if found.source else None, tuple(r.name for r in found.relays)) == (source, relays)


def test_evidence_leads_to_the_words() -> None:
    text = "Ten people died, the fire service said on Monday."
    found = Attributor(Document(make_report(text))).attribute(0, 0, 3)
    assert found.source is not None
    assert found.cue is not None
    assert text[slice(*found.source.span)] == "the fire service"
    assert text[slice(*found.cue)] == "said"


def test_a_group_named_once_and_quoted_for_ever() -> None:
    text = "The group Press Guard counted 60 dead. " + "Twelve people were killed, said the group. " * 3
    document = Document(make_report(text))
    starts = [n for n in range(len(text)) if text.startswith("Twelve", n)]
    attributor = Attributor(document)
    found = [attributor.attribute(document.sentence_of(start), start, start + 6).source for start in starts]
    assert [source.name if source else None for source in found[:2]] == ["Press Guard", "Press Guard"]


@pytest.mark.parametrize("line", ["Alpha Beta Gamma", "Police said 12 people were killed in Orle."])
def test_names_without_end_cost_time_in_proportion(line: str) -> None:
    """Names of a whole page of capitals, and as many figures as sentences."""

    def cost(lines: int) -> float:
        text = "\n".join([line] * lines) + "\nThe Ministry said 12 people were killed."
        document = Document(make_report(text))
        attributor = Attributor(document)
        starts = [match.start() for match in re.finditer("12", text)]
        document.parse_all(range(len(document.spans) - 60, len(document.spans)))
        began = time.process_time()
        for start in starts[-40:]:
            attributor.attribute(document.sentence_of(start), start, start + 2)
        return time.process_time() - began

    cost(200)
    assert cost(8000) < 8 * cost(1000) + 0.1


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("The Norland embassy has counted four dead and 99 injured, including 21 sailors.", ["Norland embassy"] * 3),
        ("The ministry put the dead at 2,246, the injured at 12,763 and the missing at 329.", ["ministry"] * 3),
        ("The agency on Friday lowered the flood's death toll from 281 to 278.", ["agency"] * 2),
        ("The rights commission counted 22 dead, and the medical association 23.", ["rights commission", "medical association"]),
        ("The ministry counted 22 dead, while 40 people were still missing in the hills.", ["ministry", None]),
        ("The home ministry had the death toll at 1,910 at about that hour.", ["home ministry"]),
        ("Some 190 people died, according to a report that the crisis cell at the prime minister's office released.", ["crisis cell at the prime minister's office"]),
        ("Some 260 people were hurt, and 32 are missing, according to the agency, which posted the numbers online.", ["agency"] * 2),
    ],
)  # fmt: skip
def test_numbers_joined_in_one_count_have_one_source(text: str, sources: list[str | None]) -> None:
    report = make_report(
        "The flood came on Monday and killed people.\n" + text, published="2031-05-09", title="Flood in Almeda"
    )
    assert [figure.source for figure in extract(report).figures] == sources
