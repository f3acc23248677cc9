"""Words for time in a text, each resolved to EDTF against the publication date: one pass of one pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from tallyroom.edtf import day_of, interval, is_edtf, month_of, publication, week_of
from tallyroom.lexicon import table
from tallyroom.time_patterns import (
    MAY_BEFORE,
    PEOPLE_AFTER,
    SINCE_BEFORE,
    future_before,
    time_pattern,
    words_before,
    year_before,
)  # fmt: skip


class TimeWords(msgspec.Struct, frozen=True, kw_only=True):
    """An expression of time in a text, with its value where it has one."""

    start: int
    end: int
    #: EDTF; None for vague words, durations, clock times, and where the publication date does not tell.
    value: str | None
    #: point, span, since, until, so_far, as_of, vague, duration, recurring, now.
    kind: str
    #: day, month, year, season, week, decade, clock.
    grain: str


_LOOK_BACK = 44
_FUTURE_REACH = 60
_GRAINS = {
    "fortnight": "week",
    "weekend": "day",
    "hour": "clock",
    "minute": "clock",
    "second": "clock",
    "century": "decade",
}
_UNIT_DAYS = {"day": 1, "weekend": 7, "week": 7, "fortnight": 14}


class _Reader:
    """Resolves the matches of one text, in order; keeps the day told last, for "the previous day"."""

    def __init__(self, text: str, published: str | None, anchor: str | None) -> None:
        self.text = text
        self.published = publication(published)
        self.today = day_of(self.published) if self.published and len(self.published) == 10 else None
        self.anchor = day_of(anchor) if anchor else None
        #: The year, and the month where one was told, of the date told last.
        self.anchor_month = anchor[:7] if anchor else None

    # Each reader of a match gives (value, kind, grain), or None where the words are no time.
    def read(self, match: re.Match[str]) -> tuple[str | None, str, str] | None:
        name = match.lastgroup or ""
        reader: Callable[[re.Match[str]], tuple[str | None, str, str] | None] = getattr(self, f"_{name}")
        try:
            found = reader(match)
        except (ValueError, OverflowError):
            return None
        if found and found[0] is not None and not is_edtf(found[0]):
            return None
        return found

    def _iso(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return m["iso"], "point", "day"

    def _dm(self, m: re.Match[str]) -> tuple[str | None, str, str] | None:
        return self._dated(m, m["dm_day"], m["dm_last"], m["dm_month"], m["dm_year"])

    def _md(self, m: re.Match[str]) -> tuple[str | None, str, str] | None:
        return self._dated(m, m["md_day"], m["md_last"], m["md_month"], m["md_year"])

    def _dated(
        self, m: re.Match[str], day: str, last: str | None, month: str, year: str | None
    ) -> tuple[str | None, str, str]:
        number, first = self._month_number(month), int(re.sub(r"\D", "", day))
        chosen = self._year(year) if year else self._year_for_day(number, first, m.start())
        if chosen is None:
            return None, "point", "day"
        start = date(chosen, number, first).isoformat()
        if last is None:
            return start, "point", "day"
        return interval(start, date(chosen, number, int(re.sub(r"\D", "", last))).isoformat()), "span", "day"

    def _mrange(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        first, last = self._month_number(m["mr_first"]), self._month_number(m["mr_last"])
        year = int(m["mr_year"])
        return interval(f"{year - (first > last):04d}-{first:02d}", f"{year:04d}-{last:02d}"), "span", "month"

    def _relmonth(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        number, this = self._month_number(m["rm_month"]), self._this_month()
        if this is None:
            return None, "point", "month"
        year, month = this
        which = m["rm_which"].lower()
        shift = {"this": 0, "next": int(number <= month)}.get(which, -int(number >= month))
        return f"{year + shift:04d}-{number:02d}", "point", "month"

    def _month(self, m: re.Match[str]) -> tuple[str | None, str, str] | None:
        name = m["m_month"]
        if not m["m_year"]:
            if name.isupper():
                return None
            before = self.text[max(0, m.start() - 12) : m.start()]
            if name in ("May", "March") and not MAY_BEFORE.search(before):
                return None
            if len(name.rstrip(".")) == 3 and name != "May" and not name.endswith("."):
                return None
        number = self._month_number(name)
        if m["m_year"]:
            year = self._year(m["m_year"])
        else:
            year = self._year_for_month(number, m.start())
        return (f"{year:04d}-{number:02d}" if year is not None else None), "point", "month"

    def _weekday(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        if self.today is None:
            return None, "point", "day"
        number = int(table("times.toml")["weekdays"][m["w_day"].title()])
        which = (m["w_which"] or "").lower()
        back = (self.today.weekday() - number) % 7
        if which == "next" or (not which and self._is_future(m.start())):
            return (self.today + timedelta(days=(7 - back) if back or which else 7)).isoformat(), "point", "day"
        if which == "the previous" and self.anchor and self.anchor.weekday() == number:
            return (self.anchor - timedelta(days=7)).isoformat(), "point", "day"
        if back == 0 and (
            which in ("last", "the previous") or SINCE_BEFORE.search(self.text, max(0, m.start() - 8), m.start())
        ):
            back = 7
        return (self.today - timedelta(days=back)).isoformat(), "point", "day"

    def _daywords(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return self._from_today(table("times.toml")["days"][re.sub(r"\s", " ", m["daywords"].lower())])

    def _daypart(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return self._from_today(table("times.toml")["days"][m["daypart"].lower()])

    def _from_today(self, days: int) -> tuple[str | None, str, str]:
        if self.today is None:
            return (self.published if days == 0 else None), "point", "day"
        return (self.today + timedelta(days=days)).isoformat(), "point", "day"

    def _anchored(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        days = table("times.toml")["anchored"][re.sub(r"\s", " ", m["anchored"].lower())]
        anchor = self.anchor
        if anchor is None and days < 0:
            anchor = self.today
        return ((anchor + timedelta(days=days)).isoformat() if anchor else None), "point", "day"

    def _overnight(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        if self.today is None:
            return None, "span", "day"
        return interval((self.today - timedelta(days=1)).isoformat(), self.today.isoformat()), "span", "day"

    def _weekend(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return (self._weekend_near(int(self._is_future(m.start()))) if self.today else None), "span", "day"

    def _sameunit(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        unit = m["su_unit"].lower()
        told = self.anchor_month
        if told is None or (unit == "month" and len(told) < 7):
            return None, "point", unit
        return (told[:4] if unit == "year" else told), "point", unit

    def _todate(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        unit = next(m[name] for name in ("td_a", "td_b", "td_c", "td_d") if m[name]).lower()
        if self.today is None:
            return None, "since", unit
        if unit == "year":
            return interval(f"{self.today.year:04d}-01", self.today.isoformat()), "since", unit
        return self._so_far_in(unit), "since", unit

    def _partyear(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        words = m["py_year"].lower()
        year = self._year("this year" if words == "the year" else words)
        if year is None:
            return None, "span", "month"
        number = m["py_n"].lower().strip()
        months = 6 if number == "half" else 3 if number == "quarter" else self._number(number)
        return (interval(f"{year:04d}-01", f"{year:04d}-{months:02d}") if months <= 12 else None), "span", "month"

    def _bareseason(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        this, code = self._this_month(), int(table("times.toml")["seasons"][m["bs_name"].lower()])
        if this is None:
            return None, "point", "season"
        year, month = this
        begins = 3 * (code - 20)
        if self._is_future(m.start()):
            return f"{year + (month > begins):04d}-{code}", "point", "season"
        return f"{year - (month < begins):04d}-{code}", "point", "season"

    def _yearend(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        if self.today is None:
            return None, "until", "day"
        if m["ye_unit"].lower() == "year":
            return f"../{self.today.year:04d}-12-31", "until", "day"
        last = date.fromisoformat(month_of(self.today, 1) + "-01") - timedelta(days=1)
        return f"../{last.isoformat()}", "until", "day"

    def _vague(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return None, "vague", "day"

    def _sofar(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return (f"../{self.published}" if self.published else None), "so_far", "day"

    def _nowwords(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return self.published, "now", "day"

    def _ago(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        number, unit = self._number(m["ago_n"]), self._unit(m["ago_u"])
        word = m["ago_w"].lower()
        grain = _GRAINS.get(unit, unit)
        anchor = self.today if word == "ago" else self.anchor or (self.today if word == "earlier" else None)
        if anchor is None:
            year = (
                int(self.published[:4]) if word == "ago" and self.published and self.published[:4].isdigit() else None
            )
            return (f"{year - number:04d}" if year is not None and unit == "year" else None), "point", grain
        return self._shifted(anchor, number if word == "later" else -number, unit), "point", grain

    @staticmethod
    def _shifted(anchor: date, number: int, unit: str) -> str | None:
        if unit in _UNIT_DAYS:
            day = anchor + timedelta(days=number * _UNIT_DAYS[unit])
            return day.isoformat() if unit == "day" else week_of(day)
        if unit == "month":
            return month_of(anchor, number)
        if unit == "year":
            return f"{anchor.year + number:04d}"
        if unit == "decade":
            return f"{anchor.year + 10 * number:04d}"
        return anchor.isoformat() if unit in ("hour", "minute", "second") and number > -12 else None

    def _lastn(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return self._span_to_today(self._number(m["ln_n"]), self._unit(m["ln_u"]))

    def _within(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return self._span_to_today(self._number(m["wi_n"]), self._unit(m["wi_u"]))

    def _span_to_today(self, number: int, unit: str) -> tuple[str | None, str, str]:
        grain = _GRAINS.get(unit, unit)
        if self.today is None:
            return None, "span", grain
        if _GRAINS.get(unit) == "clock" and (unit != "hour" or number < 12):
            return None, "duration", "clock"
        if unit == "hour":
            return (
                interval((self.today - timedelta(days=max(1, round(number / 24)))).isoformat(), self.today.isoformat()),
                "span",
                "day",
            )
        if unit in _UNIT_DAYS:
            first = self.today - timedelta(days=number * _UNIT_DAYS[unit])
            return interval(first.isoformat(), self.today.isoformat()), "span", "day"
        if unit == "month":
            return interval(_months_before(self.today, number).isoformat(), self.today.isoformat()), "span", "month"
        start = self._shifted(self.today, -number, unit)
        return (interval(start, self.today.isoformat()) if start else None), "span", grain

    def _relunit(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        which, word = re.sub(r"^the\s", "", m["ru_which"].lower()), m["ru_unit"].lower()
        shift = {"this": 0, "next": 1, "following": 1, "coming": 1}.get(which, -1)
        seasons = table("times.toml")["seasons"]
        if word in seasons:
            return self._season_near(int(seasons[word]), shift), "point", "season"
        unit = self._unit(word)
        grain = _GRAINS.get(unit, unit)
        if self.today is None:
            return self._partial_unit(unit, shift), "point", grain
        pre = (m["ru_pre"] or "").strip().lower()
        if which == "this" and (pre == "earlier" or (unit == "week" and not self._is_future(m.start()))):
            return self._so_far_in(unit), "span", grain
        if (
            which in ("past", "last")
            and m["ru_which"].lower().startswith("the")
            and unit in ("day", "week", "month", "year")
        ):
            return self._span_to_today(1, unit)
        return self._unit_near(unit, shift), ("span" if unit in ("week", "weekend") else "point"), grain

    def _so_far_in(self, unit: str) -> str | None:
        assert self.today is not None
        today = self.today.isoformat()
        if unit == "week":
            return interval(week_of(self.today).partition("/")[0], today)
        if unit == "month":
            return interval(self.today.replace(day=1).isoformat(), today)
        if unit == "year":
            return interval(f"{self.today.year:04d}-01", today[:7])
        return today if unit == "day" else None

    def _unit_near(self, unit: str, shift: int) -> str | None:
        assert self.today is not None
        if unit == "week":
            return week_of(self.today, shift)
        if unit == "weekend":
            return self._weekend_near(shift)
        if unit == "month":
            return month_of(self.today, shift)
        if unit == "year":
            return f"{self.today.year + shift:04d}"
        if unit == "decade":
            return f"{self.today.year // 10 + shift:03d}X"
        return (self.today + timedelta(days=shift)).isoformat() if unit == "day" else None

    def _weekend_near(self, shift: int) -> str:
        """Saturday and Sunday: "this weekend" is the one that is on, else the last; "last weekend" one that is over."""
        assert self.today is not None
        saturday = self.today - timedelta(days=(self.today.weekday() - 5) % 7) + timedelta(weeks=max(shift, 0))
        if shift < 0 and self.today.weekday() >= 5:
            saturday -= timedelta(weeks=1)
        last = saturday + timedelta(days=1)
        if shift == 0:
            last = min(last, max(self.today, saturday))
        return interval(saturday.isoformat(), last.isoformat())

    def _partial_unit(self, unit: str, shift: int) -> str | None:
        this = self._this_month()
        if unit == "year" and self.published and self.published[:4].isdigit():
            return f"{int(self.published[:4]) + shift:04d}"
        return month_of(date(this[0], this[1], 1), shift) if unit == "month" and this else None

    def _season_near(self, code: int, shift: int) -> str | None:
        """ "Last summer" is the last that is over; "this winter" the one of this year."""
        this = self._this_month()
        if this is None:
            return None
        year, month = this
        begins = {21: 3, 22: 6, 23: 9, 24: 12}[code]
        if shift < 0:
            over = month > begins + 2 if code != 24 else False
            return f"{year if over else year - (2 if code == 24 and month < 3 else 1):04d}-{code}"
        if code == 24 and month < 3 and shift == 0:
            return f"{year - 1:04d}-{code}"
        return f"{year + (shift if month >= begins else 0):04d}-{code}"

    def _season(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        year = self._year(m["s_year"])
        code = table("times.toml")["seasons"][m["s_name"].lower()]
        return (f"{year:04d}-{code}" if year is not None else None), "point", "season"

    def _decade(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return f"{m['d_digits']}X", "point", "decade"

    def _recurring(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return None, "recurring", "day"

    def _duration(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        unit = self._unit(m["du_u"])
        return None, "duration", _GRAINS.get(unit, unit)

    def _clock(self, m: re.Match[str]) -> tuple[str | None, str, str]:
        return None, "point", "clock"

    def _bare(self, m: re.Match[str]) -> tuple[str | None, str, str] | None:
        before = self.text[max(0, m.start() - 10) : m.start()]
        if not year_before().search(before):
            return None
        if before.lower().endswith(("the ", "around ", "of ", "from ", "and ", "to ")) and PEOPLE_AFTER.match(
            self.text, m.end()
        ):
            return None
        first, last = m["bare"][:4], m["b_last"]
        if last is None:
            return first, "point", "year"
        return interval(first, first[: 4 - len(last)] + last), "span", "year"

    def _month_number(self, name: str) -> int:
        return int(table("times.toml")["months"][name.rstrip(".").title()])

    def _number(self, word: str) -> int:
        return int(word) if word.isdigit() else int(table("times.toml")["numbers"][word.lower()])

    def _unit(self, word: str) -> str:
        units = table("times.toml")["units"]
        low = word.lower()
        return str(units.get(low) or units[low.removesuffix("s")])

    def _this_month(self) -> tuple[int, int] | None:
        if self.published is None or len(self.published) < 7 or "X" in self.published or int(self.published[5:7]) > 12:
            return None
        return int(self.published[:4]), int(self.published[5:7])

    def _year(self, words: str) -> int | None:
        if words.isdigit():
            return int(words)
        if self.published is None or not self.published[:4].isdigit():
            return None
        return int(self.published[:4]) + {"this": 0, "last": -1, "next": 1}[words.split()[0].lower()]

    def _is_future(self, offset: int) -> bool:
        return bool(future_before().search(self.text, max(0, offset - _FUTURE_REACH), offset))

    def _year_for_day(self, month: int, day: int, offset: int) -> int | None:
        if self.today is None:
            this = self._this_month()
            return this[0] - (month > this[1]) if this else None
        candidates = [
            date(self.today.year + shift, month, min(day, 28 if month == 2 and day == 29 else day))
            for shift in (-1, 0, 1)
        ]
        if self._is_future(offset):
            return next((c.year for c in candidates if c >= self.today), self.today.year)
        ahead = [c for c in candidates if timedelta(0) < c - self.today <= timedelta(days=60)]
        return ahead[0].year if ahead else max(c for c in candidates if c <= self.today).year

    def _year_for_month(self, month: int, offset: int) -> int | None:
        this = self._this_month()
        if this is None:
            return None
        if self._is_future(offset):
            return this[0] + (month < this[1])
        return this[0] - (month > this[1])


def _months_before(day: date, months: int) -> date:
    first = date.fromisoformat(month_of(day, -months) + "-01")
    last = (date.fromisoformat(month_of(first, 1) + "-01") - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def find_times(text: str, start: int, end: int, published: str | None, anchor: str | None = None) -> list[TimeWords]:
    """The words for time in text[start:end], in order, resolved against the publication date.

    `anchor` is the day (EDTF) that the text told last before `start`, for "the previous day". Offsets count in `text`.
    """
    reader = _Reader(text, published, anchor)
    found: list[tuple[str, TimeWords]] = []
    for match in time_pattern().finditer(text, start, end):
        reading = reader.read(match)
        if reading is None:
            continue
        floor = next((w.end for _, w in reversed(found[-2:]) if w.grain != "clock"), start)
        words = _bounded(text, floor, match, reading, reader.published)
        if found and words.start < found[-1][1].end:
            found.pop()
        name = match.lastgroup or ""
        if found and _joined(text, found, name, words):
            words = found[-1][1]
        else:
            found.append((name, words))
        day = day_of(words.value) if words.value and words.grain == "day" and len(words.value) == 10 else None
        if day is not None:
            reader.anchor = day
        if (
            words.value
            and words.kind in ("point", "span", "since")
            and re.match(r"\d{4}(?:-(?:0\d|1[0-2]))?(?!\d)", words.value)
        ):
            reader.anchor_month = words.value[:7].partition("/")[0]
    return [words for _, words in found]


def _bounded(
    text: str, start: int, m: re.Match[str], reading: tuple[str | None, str, str], published: str | None
) -> TimeWords:
    """With the words before the time that belong to it: "since", "as of", "by", "early"."""
    value, kind, grain = reading
    begin = m.start()
    before = words_before().search(text, max(start, begin - _LOOK_BACK), begin)
    if before is None or grain == "clock" or kind in ("now", "so_far", "duration", "recurring"):
        return TimeWords(start=begin, end=m.end(), value=value, kind=kind, grain=grain)
    if before["since"]:
        first = value.partition("/")[0] if value else None
        value = _since(first, published)
        return TimeWords(start=before.start("since"), end=m.end(), value=value, kind="since", grain=grain)
    if before["until"] and not _is_agent(text, before["until"], m.end()):
        last = value.rpartition("/")[2] if value else None
        value = f"../{last}" if last else None
        return TimeWords(start=before.start("until"), end=m.end(), value=value, kind="until", grain=grain)
    if before["as_of"]:
        return TimeWords(start=before.start("as_of"), end=m.end(), value=value, kind="as_of", grain=grain)
    if before["part"]:
        begin = before.start("part")
    return TimeWords(start=begin, end=m.end(), value=value, kind=kind, grain=grain)


def _is_agent(text: str, word: str, end: int) -> bool:
    """ "By Friday's earthquake" names what killed, not a limit of time."""
    return word.lower() == "by" and text[end : end + 2] in ("'s", "’s")


def _since(first: str | None, published: str | None) -> str | None:
    if first is None or published is None or first == "..":
        return None
    span = interval(first, published)
    return span if is_edtf(span) else None


_RANGE_GAP = re.compile(r"\s?(?:to|until|till|through|-|–)\s?(?:the\s)?|\s(?P<and>and)\s")
_RANGE_BEFORE = re.compile(r"(?i)\b(?:from|nights? of|overnight(?: from| on)?|(?P<between>between))\s(?:the\s)?$")
_DATES = ("dm", "md", "iso")


def _joined(text: str, found: list[tuple[str, TimeWords]], name: str, words: TimeWords) -> bool:
    """Join "Tuesday, March 3" to one day and "from Monday to Wednesday" to one span; whether that was done."""
    last_name, last = found[-1]
    gap = text[last.end : words.start]
    if last_name == "weekday" and name in _DATES and gap in (", ", " ", ","):
        found[-1] = (name, msgspec.structs.replace(words, start=last.start))
        return True
    if name == "weekday" and last_name in _DATES and gap in (", ", " (", ","):
        found[-1] = (last_name, msgspec.structs.replace(last, end=words.end))
        return True
    if _follow(last, words, gap):
        span = interval(last.value or "", words.value or "")
        found[-1] = (name, TimeWords(start=last.start, end=words.end, value=span, kind="span", grain=words.grain))
        return True
    between = _RANGE_GAP.fullmatch(gap)
    before = _RANGE_BEFORE.search(text, max(0, last.start - 12), last.start)
    if between is None or before is None or bool(between["and"]) != bool(before["between"]):
        return False
    if not (last.value and words.value) or (last.kind != "point" and words.kind != "point"):
        return False
    span = interval(last.value.partition("/")[0], words.value.rpartition("/")[2])
    if not is_edtf(span):
        return False
    found[-1] = (name, TimeWords(start=last.start, end=words.end, value=span, kind="span", grain=words.grain))
    return True


def _follow(first: TimeWords, second: TimeWords, gap: str) -> bool:
    """Whether two days or months in a row are told as one span: "on Thursday and Friday", "Sunday night into Monday"."""
    if (
        first.kind != "point"
        or second.kind != "point"
        or not (first.value and second.value)
        or first.grain != second.grain
    ):
        return False
    if gap not in (" and ", " into ", " and on ", " and in "):
        return False
    if first.grain == "day":
        a, b = day_of(first.value), day_of(second.value)
        return a is not None and b is not None and (b - a).days == 1
    if first.grain == "month" and len(first.value) == len(second.value) == 7:
        return month_of(date.fromisoformat(first.value + "-01"), 1) == second.value
    return False
