"""Which media can be decoded."""

from stages.check import Check, fail, ok

NEEDED = ("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "aac", "mp3", "opus", "vorbis", "flac")


def check_codecs() -> Check:
    """Whether PyAV can decode what videos are usually made of."""
    import av

    missing = [name for name in NEEDED if not _decodes(name)]
    if missing:
        return fail(
            "codecs",
            f"PyAV {av.__version__} cannot decode {', '.join(missing)}",
            "Install the wheel of PyAV from PyPI: `pip install --force-reinstall av`.",
        )
    return ok("codecs", f"PyAV {av.__version__} decodes {', '.join(NEEDED)}")


def _decodes(name: str) -> bool:
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    try:
        return Codec(name, "r").is_decoder
    except UnknownCodecError:
        return False
