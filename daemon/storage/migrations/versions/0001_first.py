"""The first schema: ledger, bytes, matters, cases, outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from daemon.storage.utc import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    op.create_table('facts',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=('pk_facts'))
    )
    op.create_table('mailboxes',
    sa.Column('id', RowId, nullable=False),
    sa.Column('account', sa.String(length=200), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=('pk_mailboxes')),
    sa.UniqueConstraint('account', 'name', name=('uq_mailboxes_account_name'))
    )
    op.create_table('matters',
    sa.Column('id', RowId, nullable=False),
    sa.Column('account', sa.String(length=200), nullable=False),
    sa.Column('family', sa.String(length=20), nullable=False),
    sa.Column('order_id', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('id', name=('pk_matters')),
    sa.UniqueConstraint('account', 'family', 'order_id', name=('uq_matters_account_family_order_id'))
    )
    op.create_table('raws',
    sa.Column('id', RowId, nullable=False),
    sa.Column('account', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('spool', sa.Text(), nullable=True),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=('pk_raws')),
    sa.UniqueConstraint('account', 'sha256', name=('uq_raws_account_sha256'))
    )
    op.create_table('acts',
    sa.Column('id', RowId, nullable=False),
    sa.Column('matter_id', RowId, nullable=False),
    sa.Column('entry', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['matter_id'], ['matters.id'], name=('fk_acts_matter_id_matters')),
    sa.PrimaryKeyConstraint('id', name=('pk_acts'))
    )
    op.create_index(('ix_acts_matter_id'), 'acts', ['matter_id'], unique=False)
    op.create_table('cases',
    sa.Column('id', RowId, nullable=False),
    sa.Column('matter_id', RowId, nullable=False),
    sa.Column('account', sa.String(length=200), nullable=False),
    sa.Column('opener', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('respond_by', UtcDateTime(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('previous_id', RowId, nullable=True),
    sa.Column('merged_into', RowId, nullable=True),
    sa.Column('untold', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['matter_id'], ['matters.id'], name=('fk_cases_matter_id_matters')),
    sa.ForeignKeyConstraint(['merged_into'], ['cases.id'], name=('fk_cases_merged_into_cases')),
    sa.ForeignKeyConstraint(['previous_id'], ['cases.id'], name=('fk_cases_previous_id_cases')),
    sa.PrimaryKeyConstraint('id', name=('pk_cases')),
    sqlite_autoincrement=True
    )
    op.create_index(('ix_cases_matter_id'), 'cases', ['matter_id'], unique=False)
    op.create_index('ix_cases_status_respond_by', 'cases', ['status', 'respond_by'], unique=False)
    op.create_index('ix_cases_untold', 'cases', ['id'], unique=False, sqlite_where=sa.text('untold'), postgresql_where=sa.text('untold'))
    op.create_table('generations',
    sa.Column('id', RowId, nullable=False),
    sa.Column('mailbox_id', RowId, nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=False),
    sa.Column('scanned_upto', sa.BigInteger(), nullable=True),
    sa.Column('uidnext', sa.BigInteger(), nullable=True),
    sa.Column('exists', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('polled_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailboxes.id'], name=('fk_generations_mailbox_id_mailboxes')),
    sa.PrimaryKeyConstraint('id', name=('pk_generations'))
    )
    op.create_index(('ix_generations_mailbox_id'), 'generations', ['mailbox_id'], unique=False)
    op.create_table('handles',
    sa.Column('id', RowId, nullable=False),
    sa.Column('matter_id', RowId, nullable=False),
    sa.Column('account', sa.String(length=200), nullable=False),
    sa.Column('family', sa.String(length=20), nullable=False),
    sa.Column('type', sa.String(length=10), nullable=False),
    sa.Column('value', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['matter_id'], ['matters.id'], name=('fk_handles_matter_id_matters')),
    sa.PrimaryKeyConstraint('id', name=('pk_handles')),
    sa.UniqueConstraint('account', 'family', 'type', 'value', 'matter_id', name=('uq_handles_account_family_type_value_matter_id'))
    )
    op.create_index(('ix_handles_matter_id'), 'handles', ['matter_id'], unique=False)
    op.create_table('messages',
    sa.Column('id', RowId, nullable=False),
    sa.Column('raw_id', RowId, nullable=False),
    sa.Column('account', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('matter_id', RowId, nullable=True),
    sa.Column('semantic_key', sa.String(length=64), nullable=False),
    sa.Column('message_id', sa.String(length=500), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('event', sa.String(length=20), nullable=True),
    sa.Column('authenticity', sa.String(length=20), nullable=False),
    sa.Column('review', sa.Boolean(), nullable=False),
    sa.Column('entry', sa.Text(), nullable=False),
    sa.Column('untold', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['matter_id'], ['matters.id'], name=('fk_messages_matter_id_matters')),
    sa.ForeignKeyConstraint(['raw_id'], ['raws.id'], name=('fk_messages_raw_id_raws')),
    sa.PrimaryKeyConstraint('id', name=('pk_messages')),
    sa.UniqueConstraint('account', 'key', name=('uq_messages_account_key')),
    sa.UniqueConstraint('raw_id', name=('uq_messages_raw_id'))
    )
    op.create_index('ix_messages_account_message_id', 'messages', ['account', 'message_id'], unique=False)
    op.create_index('ix_messages_account_semantic_key', 'messages', ['account', 'semantic_key'], unique=False)
    op.create_index(('ix_messages_matter_id'), 'messages', ['matter_id'], unique=False)
    op.create_index('ix_messages_review', 'messages', ['id'], unique=False, sqlite_where=sa.text('review'), postgresql_where=sa.text('review'))
    op.create_index('ix_messages_untold', 'messages', ['id'], unique=False, sqlite_where=sa.text('untold'), postgresql_where=sa.text('untold'))
    op.create_table('case_events',
    sa.Column('id', RowId, nullable=False),
    sa.Column('case_id', RowId, nullable=False),
    sa.Column('key', sa.String(length=64), server_default='', nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('happened_at', UtcDateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=('fk_case_events_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=('pk_case_events'))
    )
    op.create_index(('ix_case_events_case_id'), 'case_events', ['case_id'], unique=False)
    op.create_table('letters',
    sa.Column('id', RowId, nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.Column('message_id', sa.String(length=300), nullable=False),
    sa.Column('case_id', RowId, nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=('fk_letters_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=('pk_letters')),
    sa.UniqueConstraint('key', name=('uq_letters_key'))
    )
    op.create_index(('ix_letters_case_id'), 'letters', ['case_id'], unique=False)
    op.create_table('places',
    sa.Column('id', RowId, nullable=False),
    sa.Column('generation_id', RowId, nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('raw_id', RowId, nullable=True),
    sa.Column('internal_date', UtcDateTime(), nullable=True),
    sa.Column('flags', sa.Text(), server_default='', nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('disposition', sa.String(length=20), nullable=True),
    sa.Column('disposed_at', UtcDateTime(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['generation_id'], ['generations.id'], name=('fk_places_generation_id_generations')),
    sa.ForeignKeyConstraint(['raw_id'], ['raws.id'], name=('fk_places_raw_id_raws')),
    sa.PrimaryKeyConstraint('id', name=('pk_places')),
    sa.UniqueConstraint('generation_id', 'uid', name=('uq_places_generation_id_uid'))
    )
    op.create_index('ix_places_disposition', 'places', ['disposition'], unique=False)
    op.create_index(('ix_places_raw_id'), 'places', ['raw_id'], unique=False)
    op.create_index('ix_places_waiting', 'places', ['id'], unique=False, sqlite_where=sa.text('disposition IS NULL'), postgresql_where=sa.text('disposition IS NULL'))
    op.create_table('deliveries',
    sa.Column('id', RowId, nullable=False),
    sa.Column('letter_id', RowId, nullable=False),
    sa.Column('recipient', sa.String(length=320), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('ambiguities', sa.Integer(), server_default='0', nullable=False),
    sa.Column('owner', sa.String(length=200), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('reply', sa.Text(), server_default='', nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=('fk_deliveries_letter_id_letters')),
    sa.PrimaryKeyConstraint('id', name=('pk_deliveries')),
    sa.UniqueConstraint('letter_id', 'recipient', name=('uq_deliveries_letter_id_recipient'))
    )
    op.create_index('ix_deliveries_state_due_at', 'deliveries', ['state', 'due_at'], unique=False)


def downgrade() -> None:
    """Remove every table."""
    op.drop_index('ix_deliveries_state_due_at', table_name='deliveries')
    op.drop_table('deliveries')
    op.drop_index('ix_places_waiting', table_name='places', sqlite_where=sa.text('disposition IS NULL'), postgresql_where=sa.text('disposition IS NULL'))
    op.drop_index(('ix_places_raw_id'), table_name='places')
    op.drop_index('ix_places_disposition', table_name='places')
    op.drop_table('places')
    op.drop_index(('ix_letters_case_id'), table_name='letters')
    op.drop_table('letters')
    op.drop_index(('ix_case_events_case_id'), table_name='case_events')
    op.drop_table('case_events')
    op.drop_index('ix_messages_untold', table_name='messages', sqlite_where=sa.text('untold'), postgresql_where=sa.text('untold'))
    op.drop_index('ix_messages_review', table_name='messages', sqlite_where=sa.text('review'), postgresql_where=sa.text('review'))
    op.drop_index(('ix_messages_matter_id'), table_name='messages')
    op.drop_index('ix_messages_account_semantic_key', table_name='messages')
    op.drop_index('ix_messages_account_message_id', table_name='messages')
    op.drop_table('messages')
    op.drop_index(('ix_handles_matter_id'), table_name='handles')
    op.drop_table('handles')
    op.drop_index(('ix_generations_mailbox_id'), table_name='generations')
    op.drop_table('generations')
    op.drop_index('ix_cases_untold', table_name='cases', sqlite_where=sa.text('untold'), postgresql_where=sa.text('untold'))
    op.drop_index('ix_cases_status_respond_by', table_name='cases')
    op.drop_index(('ix_cases_matter_id'), table_name='cases')
    op.drop_table('cases')
    op.drop_index(('ix_acts_matter_id'), table_name='acts')
    op.drop_table('acts')
    op.drop_table('raws')
    op.drop_table('matters')
    op.drop_table('mailboxes')
    op.drop_table('facts')
