"""The OpenPGP certificates of organisations in PostgreSQL."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from psycopg.rows import class_row

from adapters.stores.database import Pool, statement, transaction
from gateway.core.errors import StoreError
from gateway.core.ports.pgp import PgpCertificate

_ADD: Final = """
insert into pgp_certificate (organisation, fingerprint, certificate, comment)
select id, %(fingerprint)s, %(certificate)s, %(comment)s from organisation where id = %(organisation)s
on conflict (organisation, fingerprint)
do update set certificate = excluded.certificate, comment = excluded.comment, revoked_at = null
"""
_ALL: Final = """
select organisation, fingerprint, certificate, comment, revoked_at from pgp_certificate
where organisation = %s order by created_at, fingerprint
"""
_REVOKE: Final = """
update pgp_certificate set revoked_at = %s where organisation = %s and fingerprint = %s and revoked_at is null
"""


class PostgresPgpCertificates:
    """The `PgpCertificates` port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, certificate: PgpCertificate) -> None:
        """Keep a certificate in place of an earlier one of its fingerprint; StoreError where nobody is of that id."""
        with transaction(self._pool) as connection:
            if not connection.execute(_ADD, asdict(certificate)).rowcount:
                raise StoreError(
                    f"There is no organisation {certificate.organisation!r}; `gateway organisation list` shows all."
                )

    def all(self, organisation: str) -> list[PgpCertificate]:
        """Return an organisation's certificates, revoked ones too, oldest first."""
        with statement(self._pool) as connection:
            return connection.cursor(row_factory=class_row(PgpCertificate)).execute(_ALL, [organisation]).fetchall()

    def revoke(self, organisation: str, fingerprint: str, moment: datetime) -> None:
        """Use a certificate no longer; raise StoreError where the organisation has no such one in force."""
        with transaction(self._pool) as connection:
            if not connection.execute(_REVOKE, [moment, organisation, fingerprint]).rowcount:
                raise StoreError(
                    f"{organisation} has no certificate {fingerprint!r} in force; `gateway organisation pgp list`."
                )
