"""Whatever a platform does with a session: no flag is lost, none falls, no word taken back stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import hoi
from hoi.guidance.watch import RUNG, Watch

TEXTS = st.sampled_from(
    [
        "ik denk vaak aan zelfmoord",
        "ik heb de pillen klaarliggen, vanavond doe ik het",
        "ik wou dat ik morgen niet meer wakker werd",
        "ja",
        "nee, dat niet",
        "ik heb net een hele strip paracetamol ingenomen",
        "mijn broer staat op het dak en gaat springen",
        "hij slaat me elke dag",
        "kan ik stoppen met mijn sertraline?",
        "het gaat wel weer",
        "ik wil niet meer",
        "leven",
        "doei",
    ]
)
QUESTIONS = st.sampled_from(
    ["Denk je aan zelfmoord?", "Denkt je broer aan zelfmoord?", "Hoe is het?"]
)
GUIDE: dict[str, hoi.Guide] = {}  # loaded once, for all machines


class Platform(RuleBasedStateMachine):
    """Sends, edits, takes back, acts, saves and restores in any order."""

    @initialize()
    def begin(self) -> None:
        self.guide = GUIDE.setdefault("guide", hoi.load())
        self.session = self.guide.session()
        self.texts: dict[str, str] = {}
        self.gone: set[str] = set()
        self.before: dict[tuple[str, str], Watch] = {}

    def _note(self) -> None:
        self.before = {watch.key: watch for watch in self.session.watches}

    @rule(text=TEXTS, role=st.just("visitor"))
    def visitor(self, text: str, role: str) -> None:
        self._send(role, text)

    @rule(text=QUESTIONS, role=st.just("chatter"))
    def chatter(self, text: str, role: str) -> None:
        self._send(role, text)

    def _send(self, role: str, text: str) -> None:
        self._note()
        name = f"m{len(self.texts)}"
        self.texts[name] = text
        advice = self.session.observe({"role": role, "text": f"{text} {name}", "id": name})
        raised = {
            (flag.id, flag.experiencer)
            for flag in self.guide.tag(self.session.conversation()).flags
            if flag.escalate and flag.message == len(self.texts) - 1
        }
        assert raised <= {(flag.id, flag.whose) for flag in advice.flags}

    @precondition(lambda self: self.texts)
    @rule(data=st.data(), text=TEXTS)
    def edit(self, data: st.DataObject, text: str) -> None:
        self._note()
        name = data.draw(st.sampled_from(sorted(self.texts)))
        self.gone.add(f"{self.texts[name]} {name}")
        self.texts[name] = f"{text} anders"
        self.session.edit(name, f"{text} anders {name}")
        self.gone.discard(f"{text} anders {name}")

    @precondition(lambda self: self.texts)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self._note()
        name = data.draw(st.sampled_from(sorted(self.texts)))
        if self.texts[name]:
            self.gone.add(f"{self.texts[name]} {name}")
        self.texts[name] = ""
        self.session.remove(name)

    @precondition(lambda self: self.session.advice.flags)
    @rule(data=st.data(), what=st.sampled_from(["confirm", "handle", "none"]))
    def act(self, data: st.DataObject, what: str) -> None:
        flag = data.draw(st.sampled_from(self.session.advice.flags))
        if what == "confirm":
            self.session.confirm(flag.id, flag.whose)
        elif what == "handle":
            self.session.handle(flag.id, "besproken", flag.whose)
        else:
            self.session.lower(flag.id, None, "was een lied", flag.whose)
        self._note()

    @rule()
    def save_and_restore(self) -> None:
        again = self.guide.restore(self.session.save())
        assert again.advice == self.session.advice
        assert again.watches == self.session.watches
        self.session = again
        self._note()

    @rule(wrong=st.sampled_from([{"role": "robot", "text": "x"}, {"role": "visitor"}, {}]))
    def mistake(self, wrong: dict[str, Any]) -> None:
        saved = self.session.save()
        with pytest.raises(hoi.InputError):
            self.session.observe(wrong)
        with pytest.raises(hoi.InputError):
            self.session.remove("never seen")
        assert self.session.save() == saved

    @invariant()
    def no_flag_is_lost_or_falls(self) -> None:
        now = {watch.key: watch for watch in self.session.watches}
        for key, old in self.before.items():
            assert key in now
            if old.is_shown:
                assert RUNG[now[key].flag.level] >= RUNG[old.flag.level]

    @invariant()
    def what_was_taken_back_is_forgotten(self) -> None:
        saved = self.session.save()
        assert not [words for words in self.gone if f'"{words}"' in saved]


Platform.TestCase.settings = settings(
    max_examples=10, stateful_step_count=14, deadline=None, derandomize=True, database=None
)
TestPlatform = Platform.TestCase
