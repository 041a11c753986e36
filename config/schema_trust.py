"""The settings file's table of trust: whose word on a sender is believed."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field

from config.schema_base import Line, Table


def _name_server(value: str) -> str:
    host, _, port = value.rpartition(":") if value.count(":") == 1 else (value, "", "53")
    try:
        ip_address(host)
        right = 0 < int(port) < 65536
    except ValueError:
        right = False
    if not right:
        raise ValueError('must be an IP address such as "192.0.2.53", with ":5353" behind it for another port than 53')
    return value


NameServer = Annotated[str, AfterValidator(_name_server)]


class TrustTable(Table):
    """Whose word on a sender is believed."""

    authserv_ids: list[Line] = Field([], description='a list of host names such as ["mx.seller.example"]')
    check_dkim: bool = Field(False, description="true or false")
    name_servers: list[NameServer] = Field([], description='a list of addresses such as ["192.0.2.53"]')
