"""A stage must be given: TimeChat's or Video-LLaMA's."""

from pathlib import Path

import pytest

from stages.faults import SetupError
from tests.jobs.convert import public_files as public


def test_without_a_video_qformer_there_is_no_model() -> None:
    with pytest.raises(SetupError, match=r"--timechat.*--video-llama"):
        public.sources_in(Path(), timechat=False, video_llama=False)


def test_all_that_are_given_are_listed() -> None:
    names = [source.path.name for source in public.sources_in(Path("in"), video_llama=False)]
    assert names == [
        "eva_vit_g.pth",
        "instruct_blip_vicuna7b_trimmed.pth",
        "timechat_7b.pth",
        "llama",
        "bert",
    ]
