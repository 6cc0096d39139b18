"""What is compressed comes back, in every thread; what is no whole frame is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard

from pilotzone.base.compressed import compress, decompress


def test_every_thread_gets_back_what_it_compressed():
    pieces = [b"", b"x", b"<a>\xe5\x8d\x97\xe6\x98\x8c</a>" * 5000, *(bytes([n]) * n for n in range(1, 200))]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda piece: decompress(compress(piece)), pieces * 20)) == pieces * 20
    assert zstandard.decompress(compress(pieces[2])) == pieces[2]


@pytest.mark.parametrize("broken", [b"", b"no frame", compress(b"whole" * 100)[:-3]])
def test_what_is_no_whole_frame_is_told(broken):
    with pytest.raises(zstandard.ZstdError):
        decompress(broken)
