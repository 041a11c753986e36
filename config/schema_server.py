"""The shape of a mail server's table: where it is, how it is protected, and how we log in there."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from config.schema_base import Line, SecretTable, Table
from config.settings import is_loopback

PLACE = 'a place: { credential = "NAME" } or { file = "/path" }'


def _token_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in ("https", "http") or not url.hostname or url.username or url.password:
        raise ValueError('must be an address such as "https://login.provider.example/oauth2/token"')
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError('must begin with "https://"; "http://" is for loopback hosts only')
    return value


def _tenant(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,100}", value):
        raise ValueError('must be the directory\'s id or a domain such as "seller.example"')
    return value


class OAuthTable(Table):
    """How access tokens are had."""

    provider: Literal["microsoft", "google"] | None = Field(None, description='"microsoft" or "google"')
    tenant: Annotated[str, AfterValidator(_tenant)] | None = Field(None, description="the directory's id or a domain")
    client_id: Line = Field(description="the id of the application that you registered")
    client_secret: SecretTable | None = Field(None, description=PLACE)
    refresh_token: SecretTable | None = Field(None, description=PLACE)
    token_url: Annotated[str, AfterValidator(_token_url)] | None = Field(None, description="an https address")
    authorize_url: Annotated[str, AfterValidator(_token_url)] | None = Field(None, description="an https address")
    scope: Line | None = Field(None, description="the permissions to ask for, separated by spaces")
    lifetime_days: int | None = Field(None, ge=1, le=3650, description="a whole number of days from 1 to 3650")
    secret_expires: date | None = Field(None, description="a day without quotes, such as 2027-11-01")

    @model_validator(mode="after")
    def _complete(self) -> OAuthTable:
        if self.provider is None and self.token_url is None:
            raise ValueError('needs provider = "microsoft" or "google", or a token_url')
        if self.tenant is not None and self.provider != "microsoft":
            raise ValueError('tenant belongs to provider = "microsoft" alone')
        if self.refresh_token is None and (self.client_secret is None or self.provider == "google"):
            raise ValueError("needs a refresh_token, or at Microsoft a client_secret of an application of its own")
        if self.refresh_token is None and self.provider == "microsoft" and self.tenant is None:
            raise ValueError("without a refresh_token the application logs in by itself, for which it needs its tenant")
        return self


class ServerTable(Table):
    """A mail server and the login there."""

    host: Line = Field(description="a host name or an address")
    port: int = Field(ge=1, le=65535, description="a whole number from 1 to 65535")
    security: Literal["tls", "starttls", "none"] = Field("tls", description='"tls", "starttls" or "none"')
    username: Line | None = Field(None, description="the login name")
    auth: Literal["password", "xoauth2"] = Field("password", description='"password" or "xoauth2"')
    oauth: OAuthTable | None = Field(None, validate_default=True, description="a table, see docs/oauth.md")
    password: SecretTable | None = Field(None, validate_default=True, description=PLACE)
    ca_file: Line | None = Field(None, description="the path of a certificate authority in PEM")
    connect_seconds: float = Field(15.0, gt=0, le=600, description="a number of seconds up to 600")
    read_seconds: float = Field(60.0, gt=0, le=3600, description="a number of seconds up to 3600")

    @field_validator("security")
    @classmethod
    def _plain_stays_here(cls, value: str, info: ValidationInfo) -> str:
        host = info.data.get("host")
        if value == "none" and host is not None and not is_loopback(host):
            raise ValueError(f'"none" is for loopback hosts only, and {host} is none; use "tls" or "starttls"')
        return value

    @field_validator("oauth")
    @classmethod
    def _with_xoauth2(cls, value: OAuthTable | None, info: ValidationInfo) -> OAuthTable | None:
        if "auth" in info.data and (info.data["auth"] == "xoauth2") != (value is not None):
            raise ValueError('auth = "xoauth2" and a table oauth belong together; give both or neither')
        if value is not None and "username" in info.data and info.data["username"] is None:
            raise ValueError("needs a username: the mailbox that is opened")
        return value

    @field_validator("password")
    @classmethod
    def _as_auth_says(cls, value: SecretTable | None, info: ValidationInfo) -> SecretTable | None:
        if info.data.get("auth") == "xoauth2":
            if value is not None:
                raise ValueError('has no use with auth = "xoauth2"; leave it out')
        elif "username" in info.data and "auth" in info.data and (info.data["username"] is None) != (value is None):
            raise ValueError(f"username and password belong together; the password is {PLACE}")
        return value
