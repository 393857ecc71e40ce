"""A Whisper of random weights, small enough for a test, converted to CTranslate2."""

import json
import shutil
from pathlib import Path

WORDS = 1000
EMPTY = ""  # a vocabulary with it is a multilingual one to CTranslate2


def write_whisper(folder: Path) -> Path:
    """Write the model to `folder` and return it. Its words are w0, w1, ..."""
    import ctranslate2
    import torch
    from faster_whisper.tokenizer import _LANGUAGE_CODES
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [f"Ġw{number}" for number in range(WORDS)]
    vocabulary = {piece: number for number, piece in enumerate([*letters, *words, EMPTY])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    languages = [f"<|{code}|>" for code in _LANGUAGE_CODES]
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    times = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
    start = ["<|endoftext|>", "<|startoftranscript|>"]
    tokenizer.add_special_tokens([*start, *languages, *(f"<|{task}|>" for task in tasks), *times])

    end = tokenizer.token_to_id("<|endoftext|>")
    torch.manual_seed(0)
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=tokenizer.get_vocab_size(),
            num_mel_bins=80,
            d_model=32,
            encoder_layers=1,
            decoder_layers=2,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            pad_token_id=end,
            bos_token_id=end,
            eos_token_id=end,
            decoder_start_token_id=end + 1,
            suppress_tokens=[],
            begin_suppress_tokens=[end],
        )
    )
    generation = model.generation_config
    generation.alignment_heads = [[1, 0]]
    generation.lang_to_id = {code: tokenizer.token_to_id(code) for code in languages}
    generation._from_model_config = False  # else it is made anew on loading
    generation.no_timestamps_token_id = tokenizer.token_to_id("<|notimestamps|>")
    source = folder / "transformers"
    model.save_pretrained(source)
    WhisperFeatureExtractor(feature_size=80).save_pretrained(source)
    tokenizer.save(str(source / "tokenizer.json"))
    named = {"tokenizer_class": "WhisperTokenizerFast"}
    (source / "tokenizer_config.json").write_text(json.dumps(named))
    converter = ctranslate2.converters.TransformersConverter(
        str(source), copy_files=["tokenizer.json"]
    )
    converter.convert(str(folder / "ctranslate2"))
    shutil.rmtree(source)
    return folder / "ctranslate2"
