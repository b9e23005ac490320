"""How fast is hoi, and does it stay small? All figures as ratios or bounds, made in one run.

    python benchmarks/speed.py            everything (some minutes)
    python benchmarks/speed.py --smoke    a short run of each part, for `make check-all`
    python benchmarks/speed.py --memory 1000000      only the memory, after a million messages

Two sorts of texts, both in this project: the harmless lines of corpora/frozen ("chat": what most
messages are like), and the rules' own examples joined to messages of about 25 words ("dense": far
more to find than in any chat). The comparison is spaCy's blank tokenizer with a PhraseMatcher on
NORM with 3,000 terms: it finds words, and does none of the reading.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hoi.guidance.guide import Guide, load
from hoi.model.conversation import Message
from hoi.reading.proof import messages_of
from hoi.reading.reader import Tail

SEED = 20251125
WORDS = 25
TERMS = 3000
TAIL_EVERY = 40


def main() -> None:
    """Print the figures as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--smoke", action="store_true", help="a short run of each part")
    arguments.add_argument(
        "--memory", type=int, metavar="N", help="only: read N messages, no spaCy"
    )
    given = arguments.parse_args()
    if given.memory:
        guide = load()
        print(json.dumps(_memory(guide, list(_texts(guide, 4_000)), given.memory)))
        return
    smoke = given.smoke
    started = time.perf_counter()
    guide = load()
    figures: dict[str, float] = {"load_seconds": round(time.perf_counter() - started, 2)}
    figures["help_seconds"] = round(_help_seconds(), 2)
    texts = list(_texts(guide, 1_000 if smoke else 4_000))
    for name, own in (("dense", texts), ("chat", _chat_lines())):
        found = _against_spacy(guide, own, rounds=2 if smoke else 5)
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    figures |= _live(guide, texts)
    figures |= _observe(guide, texts)
    figures |= _memory_apart(20_000 if smoke else 1_000_000)
    figures |= _open_sessions(guide, 200 if smoke else 10_000)
    print(json.dumps(figures, indent=2))


def _chat_lines() -> list[str]:
    """The harmless invented chat lines of both languages."""
    files = sorted((Path(__file__).parents[1] / "corpora" / "frozen").glob("*_benign.jsonl"))
    return [json.loads(line)["text"] for file in files for line in file.open(encoding="utf-8")]


def _texts(guide: Guide, count: int) -> Iterator[str]:
    """Messages of about 25 words, from the rules' examples; always the same ones."""
    chance = random.Random(SEED)
    lines = {
        language: [
            message.text
            for rule in guide.framework.rules
            if rule.language == language and rule.by != "chatter"
            for line in (*rule.match, *rule.no_match)
            for message in messages_of(line.text, "visitor")
        ]
        for language in ("nl", "en")
    }
    for number in range(count):
        words: list[str] = []
        pool = lines["nl" if number % 2 else "en"]
        while len(words) < WORDS:
            words += [*chance.choice(pool).split(), chance.choice((",", ".", ""))]
        yield " ".join(words[: WORDS + 5])


def _help_seconds() -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "hoi.cli", "--help"]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _against_spacy(guide: Guide, texts: Sequence[str], rounds: int) -> dict[str, float]:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("nl")
    terms = sorted({line.text for c in guide.framework.concepts for line in c.terms})
    plain = [term for term in terms if term.replace(" ", "").isalpha()]
    words = sorted({word for text in texts for word in text.split() if word.isalpha()})
    chosen = [*plain, *words][:TERMS]
    matcher = PhraseMatcher(nlp.vocab, attr="NORM")
    matcher.add("terms", [nlp.make_doc(term) for term in chosen])
    messages = [Message(role="visitor", text=text) for text in texts]

    def theirs() -> None:
        for text in texts:
            matcher(nlp(text))

    def ours() -> None:
        for message in messages:
            guide.reader.read(message, Tail())

    for warm in (theirs, ours):
        warm()
    ratios = []
    fastest = {"theirs": 0.0, "ours": 0.0}
    for _ in range(rounds):
        spacy_rate, hoi_rate = _rate(theirs, len(texts)), _rate(ours, len(texts))
        fastest["theirs"] = max(fastest["theirs"], spacy_rate)
        fastest["ours"] = max(fastest["ours"], hoi_rate)
        ratios.append(hoi_rate / spacy_rate)
    ratios.sort()
    return {
        "spacy_messages_per_second": round(fastest["theirs"]),
        "hoi_messages_per_second": round(fastest["ours"]),
        "ratio_median": round(ratios[len(ratios) // 2], 3),
    }


def _rate(run: Callable[[], None], count: int) -> float:
    gc.collect()
    started = time.perf_counter()
    run()
    return count / (time.perf_counter() - started)


def _live(guide: Guide, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds for one message in a live talk, at the median and the 99th percentile."""
    times = []
    tail = Tail()
    for number, text in enumerate(texts):
        if number % TAIL_EVERY == 0:
            tail = Tail()
        message = Message(role="chatter" if number % 4 == 3 else "visitor", text=text)
        started = time.perf_counter()
        tail = guide.reader.read(message, tail).tail
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    return {
        "live_ms_p50": round(times[len(times) // 2], 3),
        "live_ms_p99": round(times[int(len(times) * 0.99)], 3),
    }


def _observe(guide: Guide, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds for one step of a live session, advice included, on both sorts of texts."""
    figures = {}
    for name, own in (("chat", _chat_lines()), ("dense", texts)):
        times = []
        session = guide.session()
        for number, text in enumerate(own):
            if number % TAIL_EVERY == 0:
                session = guide.session()
            message = Message(role="chatter" if number % 4 == 3 else "visitor", text=text)
            started = time.perf_counter()
            session.observe(message)
            times.append(1000 * (time.perf_counter() - started))
        times.sort()
        figures[f"observe_{name}_ms_p50"] = round(times[len(times) // 2], 3)
        figures[f"observe_{name}_ms_p99"] = round(times[int(len(times) * 0.99)], 3)
    return figures


def _open_sessions(guide: Guide, count: int) -> dict[str, float]:
    """Peak memory with `count` sessions open at once, a talk of TAIL_EVERY messages in each."""
    lines = _chat_lines()
    sessions = [guide.session() for _ in range(count)]
    for number in range(TAIL_EVERY):
        for place, session in enumerate(sessions):
            session.observe(Message(text=lines[(place + number) % len(lines)]))
    return {"open_sessions": count, "open_sessions_megabytes": _peak_megabytes()}


def _memory_apart(count: int) -> dict[str, float]:
    """The memory of hoi alone, in a process of its own: spaCy takes a good deal itself."""
    command = [sys.executable, __file__, "--memory", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _memory(guide: Guide, texts: Sequence[str], count: int) -> dict[str, float]:
    """Peak memory before and after reading `count` messages that all differ."""
    before = _peak_megabytes()
    half = 0.0
    for number in range(count):
        if number == count // 2:
            half = _peak_megabytes()
        text = f"{texts[number % len(texts)]} woord{number}x naam{number % 9973}y"
        guide.reader.read(Message(role="visitor", text=text), Tail())
    return {
        "distinct_messages": count,
        "megabytes_start": before,
        "megabytes_half": half,
        "megabytes_end": _peak_megabytes(),
    }


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform != "darwin" else 1024 * 1024), 1)


if __name__ == "__main__":
    main()
