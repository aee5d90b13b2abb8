"""Evidence: faults of keys: missing, malformed, open to others, replaced; sealed texts that are moved or changed."""

import base64
import stat
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from api.delivery.errors import LostSecretError
from api.delivery.sealing import Sealer, sealer_of
from api.errors import UnusableKeyError
from api.settings import Settings
from api.storage.tables import new_id

OWNER = UUID(int=1)


def key(filling: int) -> str:
    return base64.b64encode(bytes([filling]) * 32).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "var").mkdir()
    return tmp_path / "var"


def test_what_is_sealed_opens_for_its_owner_only_and_shows_nothing() -> None:
    sealer = Sealer([b"k" * 32])
    sealed = sealer.seal("口令 whsec_x", owner=OWNER)
    assert sealer.unseal(sealed, owner=OWNER) == "口令 whsec_x"
    assert b"whsec_x" not in base64.b64decode(sealed.removeprefix("v1."))
    assert sealed != sealer.seal("口令 whsec_x", owner=OWNER)
    with pytest.raises(LostSecretError):
        sealer.unseal(sealed, owner=new_id())


def test_a_changed_text_or_another_key_does_not_open() -> None:
    sealed = Sealer([b"k" * 32]).seal("x", owner=OWNER)
    changed = bytearray(base64.b64decode(sealed.removeprefix("v1.")))
    changed[-1] ^= 1
    with pytest.raises(LostSecretError):
        Sealer([b"k" * 32]).unseal("v1." + base64.b64encode(changed).decode(), owner=OWNER)
    with pytest.raises(LostSecretError):
        Sealer([b"l" * 32]).unseal(sealed, owner=OWNER)


def test_a_key_is_replaced_while_the_old_one_still_opens(folder: Path) -> None:
    old = sealer_of(Settings(data_dir=folder, secrets_key=SecretStr(key(1)))).seal("x", owner=OWNER)
    both = sealer_of(Settings(data_dir=folder, secrets_key=SecretStr(f"{key(2)},{key(1)}")))
    assert both.unseal(old, owner=OWNER) == "x"
    new = both.seal("y", owner=OWNER)
    assert sealer_of(Settings(data_dir=folder, secrets_key=SecretStr(key(2)))).unseal(new, owner=OWNER) == "y"
    assert list(folder.iterdir()) == [], "a key from outside leaves none in the data folder"


def test_without_a_setting_a_key_is_made_once_for_its_owner_alone(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    sealed = sealer_of(settings).seal("x", owner=OWNER)
    assert sealer_of(settings).unseal(sealed, owner=OWNER) == "x"
    assert [path.name for path in folder.iterdir()] == ["secrets.key"]
    assert stat.S_IMODE((folder / "secrets.key").stat().st_mode) == 0o600


def test_a_key_file_that_others_may_read_is_refused(folder: Path) -> None:
    path = folder / "key"
    path.write_text(key(3), encoding="ascii")
    path.chmod(0o640)
    with pytest.raises(UnusableKeyError, match="mode 0600"):
        sealer_of(Settings(data_dir=folder, secrets_key_file=path))
    path.chmod(0o600)
    sealer_of(Settings(data_dir=folder, secrets_key_file=path))


@pytest.mark.parametrize("text", ["", "short", "§", base64.b64encode(b"x" * 31).decode(), "x" * 44])
def test_a_malformed_key_is_refused_and_not_repeated(text: str, folder: Path) -> None:
    with pytest.raises(UnusableKeyError, match="base64 of 32 bytes") as caught:
        sealer_of(Settings(data_dir=folder, secrets_key=SecretStr(text)))
    assert not text or text not in str(caught.value)


def test_a_missing_key_file_is_named(folder: Path) -> None:
    with pytest.raises(UnusableKeyError, match="cannot be read"):
        sealer_of(Settings(data_dir=folder, secrets_key_file=folder / "gone"))
