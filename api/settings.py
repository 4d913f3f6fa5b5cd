"""Every setting of the software. Nothing else reads the environment: each is a variable TIDUI_NAME."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import Malformed
from domain.language import Capacity, Line
from domain.malformed import malformed

PREFIX = "TIDUI_"


class Settings(BaseSettings):
    """Options of the command line are given as arguments and come before the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    home: Annotated[Path, Field(description="The folder of the archive")] = Path("var/tidui")
    actor: Annotated[Line, Field(description="Who records and reads, until accounts exist")] = "office_clerk"
    capacity: Annotated[Capacity, Field(description="In which capacity the actor reads")] = Capacity.OFFICE_CLERK
    lang: Annotated[Literal["zh", "en"], Field(description="The language of documents and tables")] = "zh"
    host: Annotated[str, Field(description="The address to serve at; loopback only until accounts exist")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port to serve at; 0 picks a free one")] = 8345
    clock: Annotated[
        AwareDatetime | None, Field(description="A time to stand still at; obeyed by practice archives only")
    ] = None
    clock_behind_days: Annotated[
        int, Field(ge=0, description="Days that the clock may be behind the last record before a reason is due")
    ] = 1
    clock_ahead_days: Annotated[
        int, Field(ge=1, description="Days that it may be ahead of the last record before a reason is due")
    ] = 180
    access_log: Annotated[
        Path | None, Field(description="Where the access log of an archive on a read-only disk goes: a file")
    ] = None
    kept_limit: Annotated[
        int, Field(ge=0, description="Bytes of finished documents that are kept; beyond it the oldest go")
    ] = 2**30
    body_limit: Annotated[int, Field(ge=1024, description="The largest command, in bytes")] = 2**20
    evidence_limit: Annotated[int, Field(ge=1024, description="The largest file of evidence, in bytes")] = 32 * 2**20
    connection_limit: Annotated[
        int, Field(ge=8, le=10_000, description="Connections at once; for one more the longest silent one is closed")
    ] = 512
    listener_limit: Annotated[int, Field(ge=1, le=10_000, description="Listeners of event streams at once")] = 200
    reading_limit: Annotated[int, Field(ge=1, le=32, description="Readings worked on at once; others wait")] = 8
    print_limit: Annotated[
        int | None, Field(ge=1, le=32, description="Prints at once; others wait. By default one more than processes")
    ] = None
    queue_limit: Annotated[
        int, Field(ge=0, le=10_000, description="Requests that wait, of each kind; one more is answered 503")
    ] = 100
    queue_seconds: Annotated[
        float, Field(gt=0, le=600, description="The longest that a request waits for its turn; then 503")
    ] = 20
    idle_seconds: Annotated[
        int, Field(ge=1, le=600, description="The longest wait for the head of a request, the first and each later one")
    ] = 10
    body_seconds: Annotated[float, Field(gt=0, le=3600, description="The longest wait for the whole body")] = 60
    stop_seconds: Annotated[int, Field(ge=1, le=600, description="What is under way may end in, when stopped")] = 8
    pdf_workers: Annotated[
        int | None, Field(ge=1, le=16, description="Processes that make documents; by default one for each core")
    ] = None
    certificate: Annotated[Path | None, Field(description="What to sign with: PKCS#12, or PEM with its chain")] = None
    private_key: Annotated[Path | None, Field(description="Its PEM key, where the certificate's file has none")] = None
    passphrase_file: Annotated[Path | None, Field(description="A file with the passphrase of the private key")] = None
    passphrase: Annotated[
        SecretStr | None, Field(description="The passphrase itself; a file that only its owner can read is better")
    ] = None
    time_stamper: Annotated[
        str | None,
        Field(pattern="^https?://", description="The URL of an RFC 3161 time stamper; signatures are then B-LTA"),
    ] = None
    trust: Annotated[Path | None, Field(description="PEM certificates that signatures may lead to")] = None


def reads_english() -> bool:
    """Whether the screen is read in English. What else the setting may be, and may not, `load` tells."""
    return os.environ.get(f"{PREFIX}LANG") == "en"


def load(**arguments: Any) -> Settings:
    """The settings from arguments (None counts as not given) and the environment, or an error that names each."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        names, all_names = ", ".join(unknown), ", ".join(sorted(known))
        raise Malformed(
            f"没有 {names} 这个设置。可用的设置：{all_names}。", f"No such setting: {names}. There are {all_names}."
        )
    try:
        return Settings(**{name: value for name, value in arguments.items() if value is not None})
    except ValidationError as error:
        found = malformed(
            {**one, "loc": [PREFIX + ".".join(map(str, one["loc"])).upper()]} for one in error.errors(include_url=False)
        )
        zh, en = found.zh.partition("：")[2], found.en.partition(": ")[2]
        raise Malformed(f"设置不合要求：{zh}", f"Settings are not of the form asked for: {en}") from error
