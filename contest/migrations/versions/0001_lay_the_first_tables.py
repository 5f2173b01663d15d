"""Lay the first tables."""

import sqlalchemy as sa
from alembic import op

from contest.judging.models import APPEND_ONLY as JUDGING_APPEND_ONLY
from contest.kernel.audit import APPEND_ONLY as KERNEL_APPEND_ONLY


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pdq", sa.LargeBinary(), nullable=False),
        sa.Column("phash", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("width_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_picture")),
        sa.UniqueConstraint("archive", "name", name=op.f("uq_archive_picture_archive_name")),
    )
    op.create_table(
        "audit_line",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("contest_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_line")),
        sa.UniqueConstraint("seal", name=op.f("uq_audit_line_seal")),
    )
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_line_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "contest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "grace",
                "prescreen",
                "round",
                "delib",
                "sealed",
                "announced",
                "archived",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("cup_zh", sa.String(), nullable=False),
        sa.Column("cup_en", sa.String(), nullable=False),
        sa.Column("notice_zh", sa.String(), nullable=False),
        sa.Column("notice_en", sa.String(), nullable=False),
        sa.Column("licence_zh", sa.String(), nullable=False),
        sa.Column("licence_en", sa.String(), nullable=False),
        sa.Column("hosts_zh", sa.String(), nullable=False),
        sa.Column("hosts_en", sa.String(), nullable=False),
        sa.Column("organizers_zh", sa.String(), nullable=False),
        sa.Column("organizers_en", sa.String(), nullable=False),
        sa.Column("sponsors_zh", sa.String(), nullable=False),
        sa.Column("sponsors_en", sa.String(), nullable=False),
        sa.Column("accent", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grace_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("judging_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announces_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("entries_per_author", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("awards_per_author", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("series_min", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_max", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("one_person", sa.Boolean(), nullable=False),
        sa.Column("blind_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "awards_per_author IS NULL OR awards_per_author > 0", name=op.f("ck_contest_award_cap_is_positive")
        ),
        sa.CheckConstraint(
            "entries_per_author IS NULL OR entries_per_author > 0", name=op.f("ck_contest_cap_is_positive")
        ),
        sa.CheckConstraint("grace_minutes >= 0", name=op.f("ck_contest_grace_not_negative")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_contest_opens_before_it_closes")),
        sa.CheckConstraint(
            "series_max >= 1 AND series_min >= 1 AND series_min <= series_max", name=op.f("ck_contest_series_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("short_name", name=op.f("uq_contest_short_name")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "leased",
                "done",
                "dead",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("urgency", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'leased') = (leased_until IS NOT NULL)", name=op.f("ck_job_lease_has_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index("ix_job_key_state", ["key", "state"], unique=False)
        batch_op.create_index("ix_job_queue", ["state", "urgency", "available_at"], unique=False)

    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("sign_in", "set_up", name="linkpurpose", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("next_path", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_mailed_link_tries_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailed_link_email"), ["email"], unique=False)

    op.create_table(
        "outgoing_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_letter")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_key_at", ["key", "at"], unique=False)

    op.create_table(
        "album_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("printer", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_album_draft_changed_by")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_album_draft_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_album_draft")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_album_draft_contest_id_number")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_category_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("contest_id", "key", name=op.f("uq_category_contest_id_key")),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_category_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "printer_profile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("md5", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_printer_profile_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_printer_profile_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer_profile")),
        sa.UniqueConstraint("contest_id", "sha256", name=op.f("uq_printer_profile_contest_id_sha256")),
    )
    with op.batch_alter_table("printer_profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printer_profile_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "prize_tier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_prize_tier_count_is_positive")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_prize_tier_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_tier")),
        sa.UniqueConstraint("contest_id", "key", name=op.f("uq_prize_tier_contest_id_key")),
    )
    with op.batch_alter_table("prize_tier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prize_tier_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "result_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sealed",
                "announced",
                name="resultstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_by", sa.Uuid(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'announced') = (announced_at IS NOT NULL)", name=op.f("ck_result_set_announced_has_time")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (record <> '' AND digest <> '')", name=op.f("ck_result_set_sealed_has_record")
        ),
        sa.ForeignKeyConstraint(["announced_by"], ["person.id"], name=op.f("fk_result_set_announced_by")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_result_set_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sealed_by"], ["person.id"], name=op.f("fk_result_set_sealed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_set")),
        sa.UniqueConstraint("contest_id", "version", name=op.f("uq_result_set_contest_id_version")),
    )
    with op.batch_alter_table("result_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_set_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "seal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("width_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_seal_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_seal_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("contest_id", "sha256", name=op.f("uq_seal_contest_id_sha256")),
    )
    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_unit_contest_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("contest_id", "name_zh", "name_en", name=op.f("uq_unit_contest_id_name_zh_name_en")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "author",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_author_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_author_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_author_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
    )
    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_author_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index("ix_author_contest_person", ["contest_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_author_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_author_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "build",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("result_set_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("plan_digest", sa.String(), nullable=False),
        sa.Column("printer", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "ready",
                "failed",
                name="buildstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pages", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.CheckConstraint("kind = 'contact' OR result_set_id IS NOT NULL", name=op.f("ck_build_made_of_result")),
        sa.CheckConstraint("state <> 'ready' OR sha256 <> ''", name=op.f("ck_build_ready_has_file")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_build_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ordered_by"], ["person.id"], name=op.f("fk_build_ordered_by")),
        sa.ForeignKeyConstraint(
            ["result_set_id"], ["result_set.id"], name=op.f("fk_build_result_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_build")),
    )
    with op.batch_alter_table("build", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_build_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_build_result_set_id"), ["result_set_id"], unique=False)

    op.create_table(
        "role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "organizer",
                "chair",
                "juror",
                "secretary",
                "delegate",
                name="rolekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind <> 'delegate' OR unit_id IS NOT NULL", name=op.f("ck_role_delegate_has_unit")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_role_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("contest_id", "person_id", "kind", name=op.f("uq_role_contest_id_person_id_kind")),
    )
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_person_id"), ["person_id"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "yesno",
                "score",
                "rank",
                "tokens",
                "pairs",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "paused",
                "closed",
                "sealed",
                name="roundstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("seed_commitment", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=False),
        sa.Column("reopenings", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reopen_reason", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.CheckConstraint("state = 'draft' OR opened_at IS NOT NULL", name=op.f("ck_round_opened_has_time")),
        sa.CheckConstraint("(closes_at IS NULL) = (taken_until IS NULL)", name=op.f("ck_round_end_has_grace")),
        sa.CheckConstraint("number > 0", name=op.f("ck_round_number_is_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_round_category_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_round_closed_by")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_round_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["source_id"], ["round.id"], name=op.f("fk_round_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_round_contest_id_number")),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("build_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_acceptance_has_reason")),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_acceptance_accepted_by")),
        sa.ForeignKeyConstraint(["build_id"], ["build.id"], name=op.f("fk_acceptance_build_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("build_id", "finding", name=op.f("uq_acceptance_build_id_finding")),
    )
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acceptance_build_id"), ["build_id"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("entrant_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("single", "series", name="entrykind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "eligible",
                "ineligible",
                "withdrawn",
                "disqualified",
                name="entrystate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'withdrawn' OR number IS NOT NULL",
            name=op.f("ck_entry_numbered_once_submitted"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_entry_author_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_entry_category_id")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_entry_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entrant_id"], ["person.id"], name=op.f("fk_entry_entrant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_entry_contest_id_number")),
        sa.UniqueConstraint("contest_id", "source", name=op.f("uq_entry_contest_id_source")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_category_id"), ["category_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index("ix_entry_contest_state", ["contest_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_entrant_id"), ["entrant_id"], unique=False)

    op.create_table(
        "minute_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_minute_note_author_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_minute_note_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minute_note")),
    )
    with op.batch_alter_table("minute_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minute_note_round_id"), ["round_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("build_id", sa.Uuid(), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["build_id"], ["build.id"], name=op.f("fk_release_build_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_release_released_by")),
        sa.PrimaryKeyConstraint("build_id", name=op.f("pk_release")),
    )
    op.create_table(
        "round_term",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rules", "entries", "jurors", name="termkind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_term_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "kind", "seq", name=op.f("pk_round_term")),
    )
    op.create_table(
        "sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("juror_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ballots", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_reason", sa.String(), nullable=False),
        sa.Column("limit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["juror_id"], ["person.id"], name=op.f("fk_sheet_juror_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_sheet_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("round_id", "juror_id", name=op.f("uq_sheet_round_id_juror_id")),
        sa.UniqueConstraint("round_id", "seat", name=op.f("uq_sheet_round_id_seat")),
    )
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_juror_id"), ["juror_id"], unique=False)

    op.create_table(
        "table_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "discuss",
                "keep",
                "choose",
                "order",
                name="question",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entry_ids", sa.JSON(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decided_at IS NULL OR reason <> ''", name=op.f("ck_table_item_decided_with_reason")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_table_item_decided_by_somebody")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_table_item_number_is_positive")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_table_item_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_table_item_decided_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_table_item_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_item")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_table_item_round_id_number")),
    )
    op.create_table(
        "tie_ruling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("result_set_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ruled_by", sa.Uuid(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_set_id"], ["result_set.id"], name=op.f("fk_tie_ruling_result_set_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_tie_ruling_round_id")),
        sa.ForeignKeyConstraint(["ruled_by"], ["person.id"], name=op.f("fk_tie_ruling_ruled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie_ruling")),
    )
    with op.batch_alter_table("tie_ruling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tie_ruling_result_set_id"), ["result_set_id"], unique=False)

    op.create_table(
        "award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("result_set_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("final", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.String(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("votes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("skip_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_award_entry_id")),
        sa.ForeignKeyConstraint(
            ["result_set_id"], ["result_set.id"], name=op.f("fk_award_result_set_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_award_round_id")),
        sa.ForeignKeyConstraint(["tier_id"], ["prize_tier.id"], name=op.f("fk_award_tier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("result_set_id", "entry_id", name=op.f("uq_award_result_set_id_entry_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_result_set_id"), ["result_set_id"], unique=False)

    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("rival_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "counted",
                "practice",
                "repeat",
                name="ballotkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "skipped",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("recused", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("cancelled", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("favourite", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("score", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(score IS NULL) = (scored_at IS NULL)", name=op.f("ck_ballot_score_has_time")),
        sa.CheckConstraint("NOT (cancelled AND score IS NOT NULL)", name=op.f("ck_ballot_cancelled_has_no_score")),
        sa.CheckConstraint("NOT (recused AND score IS NOT NULL)", name=op.f("ck_ballot_recused_has_no_score")),
        sa.CheckConstraint("score IS NULL OR score >= 0", name=op.f("ck_ballot_score_not_negative")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_ballot_entry_id")),
        sa.ForeignKeyConstraint(["rival_id"], ["entry.id"], name=op.f("fk_ballot_rival_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_ballot_sheet_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index("ix_ballot_entry_sheet", ["entry_id", "sheet_id"], unique=False)
        batch_op.create_index("ix_ballot_sheet_score", ["sheet_id", "score"], unique=False)
        batch_op.create_index(
            "ix_ballot_waiting",
            ["sheet_id", "skipped", "position"],
            unique=False,
            sqlite_where=sa.text("score IS NULL AND recused = 0 AND cancelled = 0"),
            postgresql_where=sa.text("score IS NULL AND NOT recused AND NOT cancelled"),
        )

    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("given_by <> ''", name=op.f("ck_consent_has_giver")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_consent_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["id"], ["entry.id"], name=op.f("fk_consent_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_consent_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "entry_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("juror_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ai",
                "composite",
                "plagiarism",
                "off_theme",
                "author_visible",
                name="flagkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by IS NULL)", name=op.f("ck_entry_flag_resolved_by_somebody")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_flag_entry_id")),
        sa.ForeignKeyConstraint(["juror_id"], ["person.id"], name=op.f("fk_entry_flag_juror_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_entry_flag_resolved_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_entry_flag_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_flag")),
        sa.UniqueConstraint(
            "round_id", "entry_id", "juror_id", "kind", name=op.f("uq_entry_flag_round_id_entry_id_juror_id_kind")
        ),
    )
    with op.batch_alter_table("entry_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_flag_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "ready",
                "unreadable",
                name="picturestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("width_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placeholder", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("inspector_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("has_light", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state <> 'ready' OR (width_px > 0 AND height_px > 0)", name=op.f("ck_picture_ready_has_size")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_picture_entry_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("entry_id", "position", name=op.f("uq_picture_entry_id_position")),
    )
    with op.batch_alter_table("picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_picture_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index("ix_picture_sha256", ["sha256"], unique=False)

    op.create_table(
        "released_text",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_released_text_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_released_text_released_by")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_released_text")),
    )
    op.create_table(
        "round_entry",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "eligible",
                "advanced",
                "rescued",
                "by_hand",
                "late",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("origin_reason", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_round_entry_entry_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_entry_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "entry_id", name=op.f("pk_round_entry")),
    )
    with op.batch_alter_table("round_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_entry_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            "ix_round_entry_held",
            ["round_id"],
            unique=False,
            sqlite_where=sa.text("held = 1"),
            postgresql_where=sa.text("held"),
        )

    op.create_table(
        "table_vote",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("juror_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["table_item.id"], name=op.f("fk_table_vote_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["juror_id"], ["person.id"], name=op.f("fk_table_vote_juror_id")),
        sa.PrimaryKeyConstraint("item_id", "juror_id", name=op.f("pk_table_vote")),
    )
    op.create_table(
        "derivative",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("long_side_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("width_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_derivative_picture_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("picture_id", "long_side_px", name=op.f("pk_derivative")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("waived_by", sa.Uuid(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waive_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_finding_entry_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_finding_picture_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["waived_by"], ["person.id"], name=op.f("fk_finding_waived_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index("ix_finding_entry_severity", ["entry_id", "severity"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_picture_id"), ["picture_id"], unique=False)

    op.create_table(
        "larger_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("width_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_larger_file_chosen_by")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_larger_file_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["id"], ["picture.id"], name=op.f("fk_larger_file_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_larger_file")),
    )
    with op.batch_alter_table("larger_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_larger_file_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "likeness",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pdq", sa.LargeBinary(), nullable=False),
        sa.Column("phash", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("width_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_likeness_picture_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_likeness")),
    )
    op.create_table(
        "originals_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("width_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height_px", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "same",
                "differs",
                "not_sent",
                name="originalverdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(sha256 IS NULL) = (sent_at IS NULL)", name=op.f("ck_originals_request_sent_with_file")),
        sa.CheckConstraint(
            "(verdict IS NULL) = (decided_at IS NULL)", name=op.f("ck_originals_request_decided_with_verdict")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_originals_request_asked_by")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_originals_request_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_originals_request_decided_by")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_originals_request_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["id"], ["picture.id"], name=op.f("fk_originals_request_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_originals_request_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_originals_request")),
    )
    with op.batch_alter_table("originals_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_originals_request_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_originals_request_sha256"), ["sha256"], unique=False)

    op.create_table(
        "pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("archived_id", sa.Uuid(), nullable=True),
        sa.Column("distance", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inliers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("matrix", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "same",
                "related",
                "unrelated",
                name="pairverdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(other_id IS NULL) <> (archived_id IS NULL)", name=op.f("ck_pair_one_other")),
        sa.CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name=op.f("ck_pair_decided_with_verdict")),
        sa.ForeignKeyConstraint(
            ["archived_id"], ["archive_picture.id"], name=op.f("fk_pair_archived_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_pair_contest_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_pair_decided_by")),
        sa.ForeignKeyConstraint(["other_id"], ["picture.id"], name=op.f("fk_pair_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_pair_picture_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        sa.UniqueConstraint("picture_id", "archived_id", name=op.f("uq_pair_picture_id_archived_id")),
        sa.UniqueConstraint("picture_id", "other_id", name=op.f("uq_pair_picture_id_other_id")),
    )
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pair_archived_id"), ["archived_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pair_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pair_other_id"), ["other_id"], unique=False)

    op.create_table(
        "score_line",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "counted",
                "practice",
                "repeat",
                name="ballotkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "act",
            sa.Enum(
                "cast",
                "skip",
                "recuse",
                "undo",
                "flag",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("previous_score", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=True),
        sa.Column("viewed_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("scored", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recused", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("below", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_score_line_ballot_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_score_line_sheet_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sheet_id", "seq", name=op.f("pk_score_line")),
        sa.UniqueConstraint("sheet_id", "request_key", name=op.f("uq_score_line_sheet_id_request_key")),
    )
    with op.batch_alter_table("score_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_line_ballot_id"), ["ballot_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("declared_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("declared_sha256", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("original_of", sa.Uuid(), nullable=True),
        sa.CheckConstraint("declared_bytes >= 0", name=op.f("ck_upload_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_upload_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_upload_entry_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["original_of"], ["originals_request.id"], name=op.f("fk_upload_original_of"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_upload_picture_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_person_id"), ["person_id"], unique=False)

    for statement in (
        *JUDGING_APPEND_ONLY[op.get_bind().dialect.name],
        *KERNEL_APPEND_ONLY[op.get_bind().dialect.name],
    ):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_person_id"))
        batch_op.drop_index(batch_op.f("ix_upload_entry_id"))
        batch_op.drop_index(batch_op.f("ix_upload_contest_id"))

    op.drop_table("upload")
    with op.batch_alter_table("score_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_line_ballot_id"))

    op.drop_table("score_line")
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pair_other_id"))
        batch_op.drop_index(batch_op.f("ix_pair_contest_id"))
        batch_op.drop_index(batch_op.f("ix_pair_archived_id"))

    op.drop_table("pair")
    with op.batch_alter_table("originals_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_originals_request_sha256"))
        batch_op.drop_index(batch_op.f("ix_originals_request_entry_id"))

    op.drop_table("originals_request")
    op.drop_table("likeness")
    with op.batch_alter_table("larger_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_larger_file_contest_id"))

    op.drop_table("larger_file")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_picture_id"))
        batch_op.drop_index("ix_finding_entry_severity")
        batch_op.drop_index(batch_op.f("ix_finding_entry_id"))

    op.drop_table("finding")
    op.drop_table("derivative")
    op.drop_table("table_vote")
    with op.batch_alter_table("round_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_round_entry_held", sqlite_where=sa.text("held = 1"), postgresql_where=sa.text("held"))
        batch_op.drop_index(batch_op.f("ix_round_entry_entry_id"))

    op.drop_table("round_entry")
    op.drop_table("released_text")
    with op.batch_alter_table("picture", schema=None) as batch_op:
        batch_op.drop_index("ix_picture_sha256")
        batch_op.drop_index(batch_op.f("ix_picture_entry_id"))

    op.drop_table("picture")
    with op.batch_alter_table("entry_flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_flag_entry_id"))

    op.drop_table("entry_flag")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_contest_id"))

    op.drop_table("consent")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ballot_waiting",
            sqlite_where=sa.text("score IS NULL AND recused = 0 AND cancelled = 0"),
            postgresql_where=sa.text("score IS NULL AND NOT recused AND NOT cancelled"),
        )
        batch_op.drop_index("ix_ballot_sheet_score")
        batch_op.drop_index("ix_ballot_entry_sheet")

    op.drop_table("ballot")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_result_set_id"))
        batch_op.drop_index(batch_op.f("ix_award_entry_id"))

    op.drop_table("award")
    with op.batch_alter_table("tie_ruling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tie_ruling_result_set_id"))

    op.drop_table("tie_ruling")
    op.drop_table("table_item")
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_juror_id"))

    op.drop_table("sheet")
    op.drop_table("round_term")
    op.drop_table("release")
    with op.batch_alter_table("minute_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minute_note_round_id"))

    op.drop_table("minute_note")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_entrant_id"))
        batch_op.drop_index("ix_entry_contest_state")
        batch_op.drop_index(batch_op.f("ix_entry_contest_id"))
        batch_op.drop_index(batch_op.f("ix_entry_category_id"))
        batch_op.drop_index(batch_op.f("ix_entry_author_id"))

    op.drop_table("entry")
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acceptance_build_id"))

    op.drop_table("acceptance")
    op.drop_table("round")
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_person_id"))
        batch_op.drop_index(batch_op.f("ix_role_contest_id"))

    op.drop_table("role")
    with op.batch_alter_table("build", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_build_result_set_id"))
        batch_op.drop_index(batch_op.f("ix_build_contest_id"))

    op.drop_table("build")
    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_author_unit_id"))
        batch_op.drop_index(batch_op.f("ix_author_person_id"))
        batch_op.drop_index("ix_author_contest_person")
        batch_op.drop_index(batch_op.f("ix_author_contest_id"))

    op.drop_table("author")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_contest_id"))

    op.drop_table("unit")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seal_contest_id"))

    op.drop_table("seal")
    with op.batch_alter_table("result_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_set_contest_id"))

    op.drop_table("result_set")
    with op.batch_alter_table("prize_tier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prize_tier_contest_id"))

    op.drop_table("prize_tier")
    with op.batch_alter_table("printer_profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printer_profile_contest_id"))

    op.drop_table("printer_profile")
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_category_contest_id"))

    op.drop_table("category")
    op.drop_table("album_draft")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_key_at")

    op.drop_table("sign_in_attempt")
    op.drop_table("person")
    op.drop_table("outgoing_letter")
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailed_link_email"))

    op.drop_table("mailed_link")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_queue")
        batch_op.drop_index("ix_job_key_state")
        batch_op.drop_index(batch_op.f("ix_job_contest_id"))

    op.drop_table("job")
    op.drop_table("contest")
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_line_contest_id"))

    op.drop_table("audit_line")
    op.drop_table("archive_picture")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_line_refuse()")
        op.execute("DROP FUNCTION round_term_refuse()")
        op.execute("DROP FUNCTION score_line_refuse()")
