import pytest

from assistant.quoting.framing import Person, framing, lead, verb_for


@pytest.mark.parametrize(
    ("sentence", "kind", "rest"),
    [
        ("We propose a lantern that replays.", "object", "a lantern that replays."),
        ("In this paper, we propose a lantern.", "object", "a lantern."),
        ("To address these two problems, we introduce a lantern.", "object", "a lantern."),
        ("To this end, this work presents a lantern.", "object", "a lantern."),
        ("To achieve this goal, we study lanterns.", "object", "lanterns."),
        ("To bridge the gap, we study lanterns.", "object", "lanterns."),
        ("Motivated by how owls hunt, we design a lantern.", "object", "a lantern."),
        ("WE PROPOSE A LANTERN.", "object", "A LANTERN."),
        ("This survey aims to provide an overview of lanterns.", "object", "an overview of lanterns."),
        ("We develop and release a lantern.", "object", "a lantern."),
        ("This paper aims to fully include lanterns.", "object", "to fully include lanterns."),
        ("We propose here a lantern.", "object", "a lantern."),
        ("We show here that lanterns fade.", "claim", "lanterns fade."),
        ("Therefore, in this paper, we propose a lantern.", "object", "a lantern."),
        ("Here, we found that lanterns fade.", "claim", "lanterns fade."),
        ("We also formally prove that lanterns fade.", "claim", "lanterns fade."),
        ("We have shown that lanterns fade.", "claim", "lanterns fade."),
        ("Extensive experiments show that lanterns help.", "result", "lanterns help."),
        ("Our results suggest that lanterns may help.", "result", "lanterns may help."),
        ("To see owls at night, we propose a lantern.", "object", "a lantern."),
        ("Unlike other lamps, we present a lantern.", "object", "a lantern."),
        ("Here in Lamp.ue, we proposed a lantern.", "object", "a lantern."),
        ("In this tutorial, we will cover lanterns.", "object", "lanterns."),
        ("This paper intends to present a lantern.", "object", "a lantern."),
        ("We experiment with lanterns.", "object", "with lanterns."),
        ("We focus on lanterns.", "object", "on lanterns."),
        ("We present in this paper a lantern.", "object", "a lantern."),
    ],
)
def test_a_frame_is_told_from_what_is_said(sentence: str, kind: str, rest: str) -> None:
    found = framing(sentence)
    assert (found.kind, sentence[found.start :]) == (kind, rest)


@pytest.mark.parametrize(
    "sentence",
    [
        "Using two lamps, we show that lanterns fade.",  # a condition
        "Based on these assumptions, we show that lanterns fade.",
        "If water is cold, we find that lanterns fade.",
        "To bridge the gap between owls and lamps, we study lanterns.",
        "We may propose a lantern.",  # a hedge
        "We do not find that lanterns fade.",  # a negation
        "We cannot show that lanterns fade.",
        "Experiments on two rivers show that lanterns help.",  # where
        "In mice, results suggest that lanterns help.",
        "We propose and so on.",
        "To see owls at night, we show that lanterns fade.",  # perhaps only then
        "To the best of our knowledge, we present the first lantern.",
        "We will release a lantern.",  # not in this text
        "We present in a study how lanterns burn.",
        "We find that, at night, lanterns fade.",
        "We build upon lanterns.",
        "Lanterns fade.",
        "Wir schlagen eine Laterne vor.",
        "",
    ],
)
def test_what_would_lose_its_meaning_stays_whole(sentence: str) -> None:
    assert framing(sentence).kind == "whole"


@pytest.mark.parametrize(
    ("sentence", "person", "verb"),
    [
        ("We propose X.", "one", "proposes"),
        ("This paper proposes X.", "several", "propose"),
        ("We study X.", "one", "studies"),
        ("We discuss X.", "one", "discusses"),
        ("We proposed X.", "one", "proposed"),
        ("We identified X.", "several", "identified"),
        ("We have built X.", "one", "has built"),
        ("We have previously shown that X.", "several", "have previously shown"),
        ("This article has shown that X.", "several", "have shown"),
        ("We propose and evaluate X.", "one", "proposes and evaluates"),
        ("This review aims to describe X.", "several", "aim to describe"),
        ("We aimed to describe X.", "one", "aimed to describe"),
        ("This paper aims to fully include X.", "several", "aim"),
        ("We attempted to show that X.", "one", "attempted to show"),
        ("We empirically show that X.", "one", "empirically shows"),
        ("We finally show that X.", "one", "shows"),
        ("We found that X.", "one", "found"),
    ],
)
def test_the_verb_is_the_papers_own_and_agrees(sentence: str, person: Person, verb: str) -> None:
    assert verb_for(framing(sentence), person) == verb


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("Finally, our lanterns fade.", "our lanterns fade."),
        ("To this end, our lanterns fade.", "our lanterns fade."),
        ("In this paper, lanterns fade.", "lanterns fade."),
        ("First results show lanterns.", "First results show lanterns."),
        ("If it rains, lanterns fade.", "If it rains, lanterns fade."),
        ("However, lanterns fade.", "However, lanterns fade."),
    ],
)
def test_what_only_leads_over_is_told_from_a_condition(sentence: str, rest: str) -> None:
    assert sentence[lead(sentence) :] == rest
