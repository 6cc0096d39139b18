-- Written by tools/schema.py from the migrations; never edited by hand.
-- applied: account.0001_initial
-- applied: account.0002_email_max_length
-- applied: account.0003_alter_emailaddress_create_unique_verified_email
-- applied: account.0004_alter_emailaddress_drop_unique_email
-- applied: account.0005_emailaddress_idx_upper_email
-- applied: account.0006_emailaddress_lower
-- applied: account.0007_emailaddress_idx_email
-- applied: account.0008_emailaddress_unique_primary_email_fixup
-- applied: account.0009_emailaddress_unique_primary_email
-- applied: auth.0001_initial
-- applied: auth.0002_alter_permission_name_max_length
-- applied: auth.0003_alter_user_email_max_length
-- applied: auth.0004_alter_user_username_opts
-- applied: auth.0005_alter_user_last_login_null
-- applied: auth.0006_require_contenttypes_0002
-- applied: auth.0007_alter_validators_add_error_messages
-- applied: auth.0008_alter_user_username_max_length
-- applied: auth.0009_alter_user_last_name_max_length
-- applied: auth.0010_alter_group_name_max_length
-- applied: auth.0011_update_proxy_permissions
-- applied: auth.0012_alter_user_first_name_max_length
-- applied: axes.0001_initial
-- applied: axes.0002_auto_20151217_2044
-- applied: axes.0003_auto_20160322_0929
-- applied: axes.0004_auto_20181024_1538
-- applied: axes.0005_remove_accessattempt_trusted
-- applied: axes.0006_remove_accesslog_trusted
-- applied: axes.0007_alter_accessattempt_unique_together
-- applied: axes.0008_accessfailurelog
-- applied: axes.0009_add_session_hash
-- applied: axes.0010_accessattemptexpiration
-- applied: clearance.0001_initial
-- applied: clearance.0002_flood
-- applied: clearance.0003_by_day
-- applied: clearance.0004_buyer_checks
-- applied: clearance.0005_ukey_signing
-- applied: clearance.0006_payment_data
-- applied: clearance.0007_trade_search
-- applied: clearance.0008_trade_counts
-- applied: clearance.0009_change_drafts
-- applied: clearance.0010_editions
-- applied: clearance.0011_flood_cost
-- applied: clearance.0012_drafts_written
-- applied: clearance.0013_inspect
-- applied: clearance.0014_summaries_and_legs
-- applied: clearance.0015_detached_counts
-- applied: clearance.0016_writings_retention
-- applied: contenttypes.0001_initial
-- applied: contenttypes.0002_remove_content_type_name
-- applied: exchange.0001_initial
-- applied: exchange.0002_protect
-- applied: exchange.0003_compact
-- applied: exchange.0003_inbox_groups
-- applied: exchange.0004_turns
-- applied: exchange.0005_token_use
-- applied: exchange.0006_webhooks
-- applied: exchange.0007_letters
-- applied: exchange.0008_receipt_window
-- applied: exchange.0009_hub
-- applied: exchange.0010_hub_chaining
-- applied: exchange.0011_hub_federation
-- applied: exchange.0012_hub_took
-- applied: fx.0001_initial
-- applied: fx.0002_protect
-- applied: fx.0003_payments
-- applied: kernel.0001_initial
-- applied: kernel.0002_protect
-- applied: kernel.0003_clock_audit_events
-- applied: kernel.0004_certificates
-- applied: kernel.0005_event_payload
-- applied: kernel.0006_partitions
-- applied: kernel.0007_stewardship
-- applied: kernel.0008_firm_registry
-- applied: kernel.0009_partition_leaves
-- applied: kernel.0010_storage_care
-- applied: kernel.0011_evidence
-- applied: kernel.0012_sites
-- applied: kernel.0013_protect_sites
-- applied: kernel.0014_paper
-- applied: mfa.0001_initial
-- applied: mfa.0002_authenticator_timestamps
-- applied: mfa.0003_authenticator_type_uniq
-- applied: plan.0001_initial
-- applied: plan.0002_protect
-- applied: plan.0003_work
-- applied: plan.0004_protect_work
-- applied: plan.0005_government_training
-- applied: plan.0006_promotion_centre
-- applied: plan.0007_work_notices
-- applied: plan.0008_corrections
-- applied: plan.0009_monthly_kept
-- applied: portal.0001_vacuum
-- applied: portal.0002_protection
-- applied: portal.0003_paper_tasks
-- applied: portal.0004_platform_first
-- applied: procrastinate.0001_initial
-- applied: procrastinate.0002_drop_started_at_column
-- applied: procrastinate.0003_drop_started_at_column
-- applied: procrastinate.0004_drop_procrastinate_version_table
-- applied: procrastinate.0005_fix_procrastinate_fetch_job
-- applied: procrastinate.0006_fix_trigger_status_events_insert
-- applied: procrastinate.0007_add_queueing_lock_column
-- applied: procrastinate.0008_close_fetch_job_race_condition
-- applied: procrastinate.0009_add_defer_job_function
-- applied: procrastinate.0010_add_procrastinate_periodic_defers
-- applied: procrastinate.0011_add_foreign_key_index
-- applied: procrastinate.0012_add_locks_to_periodic_defer
-- applied: procrastinate.0013_fix_procrastinate_defer_periodic_job
-- applied: procrastinate.0014_add_finish_job_and_retry_job_functions
-- applied: procrastinate.0015_add_trigger_on_job_deletion
-- applied: procrastinate.0016_delete_finished_jobs
-- applied: procrastinate.0017_add_checks_to_finish_job
-- applied: procrastinate.0018_add_checks_to_retry_job
-- applied: procrastinate.0019_fix_finish_job_compat_issue
-- applied: procrastinate.0020_add_index_on_procrastinate_jobs
-- applied: procrastinate.0021_add_kwargs_to_defer_periodic_job
-- applied: procrastinate.0022_null_locks_excluded
-- applied: procrastinate.0023_remove_old_finish_job_function
-- applied: procrastinate.0024_job_id_bigint
-- applied: procrastinate.0025_add_models
-- applied: procrastinate.0026_add_job_priority
-- applied: procrastinate.0027_add_periodic_job_priority
-- applied: procrastinate.0028_add_cancel_states
-- applied: procrastinate.0029_add_additional_params_to_retry_job
-- applied: procrastinate.0030_alter_procrastinateevent_options
-- applied: procrastinate.0031_add_indexes_for_fetch_job
-- applied: procrastinate.0032_pre_cancel_notification
-- applied: procrastinate.0033_post_cancel_notification
-- applied: procrastinate.0034_pre_add_heartbeat
-- applied: procrastinate.0035_post_add_heartbeat
-- applied: procrastinate.0036_add_worker_model
-- applied: procrastinate.0037_pre_batch_defer_jobs
-- applied: procrastinate.0038_post_batch_defer_jobs
-- applied: procrastinate.0039_pre_priority_lock_fetch_job
-- applied: procrastinate.0040_pre_retry_failed_job
-- applied: procrastinate.0041_post_retry_failed_job
-- applied: registry.0001_initial
-- applied: registry.0002_protect
-- applied: services.0001_initial
-- applied: services.0002_protect
-- applied: services.0003_persons
-- applied: sessions.0001_initial
-- applied: simulators.0001_initial
-- applied: simulators.0002_list_numbers
-- applied: simulators.0003_payment_requests
-- applied: simulators.0004_webhook_firms
-- applied: simulators.0005_exchange_desks
-- applied: simulators.0006_registers
-- applied: simulators.0007_tax_authority
-- applied: simulators.0008_carriers
-- applied: simulators.0009_boxes_as_they_are
-- applied: statistics.0001_statistics_tables
-- applied: statistics.0002_statistics_protect
-- applied: statistics.0003_statistics_reminders
-- applied: statistics.0004_statistics_surveys
-- applied: statistics.0005_statistics_spans
-- applied: statistics.0006_statistics_unfilled
-- applied: statistics.0007_statistics_legal_quantity
-- applied: statistics.0008_statistics_reason_hidden
-- applied: statistics.0009_statistics_doubts
-- applied: tax.0001_initial
-- applied: tax.0002_protect
-- applied: tax.0003_payments_and_papers
-- applied: tax.0004_export_refund
-- applied: tax.0005_export_returned
-- applied: tax.0006_agency
-- applied: tax.0007_statement_order
-- applied: tax.0008_references_told
-- applied: tracking.0001_initial
-- applied: tracking.0002_protect
-- applied: tracking.0003_months
-- applied: tracking.0004_seen_by_number
-- applied: tracking.0005_gathered_lines
-- applied: tracking.0006_reconcile
-- applied: tracking.0007_residual_files
-- applied: tracking.0008_released_again

CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(100) NOT NULL, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);

ALTER TABLE "django_content_type" ADD CONSTRAINT "django_content_type_app_label_model_76bd3d3b_uniq" UNIQUE ("app_label", "model");

ALTER TABLE "django_content_type" ALTER COLUMN "name" DROP NOT NULL;

ALTER TABLE "django_content_type" DROP COLUMN "name" CASCADE;

CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(50) NOT NULL, "content_type_id" integer NOT NULL, "codename" varchar(100) NOT NULL);

CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(80) NOT NULL UNIQUE);

CREATE TABLE "auth_group_permissions" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "group_id" integer NOT NULL, "permission_id" integer NOT NULL);

ALTER TABLE "auth_permission" ADD CONSTRAINT "auth_permission_content_type_id_codename_01ab375a_uniq" UNIQUE ("content_type_id", "codename");

ALTER TABLE "auth_permission" ADD CONSTRAINT "auth_permission_content_type_id_2f476e4b_fk_django_co" FOREIGN KEY ("content_type_id") REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");

CREATE INDEX "auth_group_name_a6ea08ec_like" ON "auth_group" ("name" varchar_pattern_ops);

ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" UNIQUE ("group_id", "permission_id");

ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissions_group_id_b120cbf9_fk_auth_group_id" FOREIGN KEY ("group_id") REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissio_permission_id_84c5c92e_fk_auth_perm" FOREIGN KEY ("permission_id") REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");

CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");

ALTER TABLE "auth_permission" ALTER COLUMN "name" TYPE varchar(255);

ALTER TABLE "auth_group" ALTER COLUMN "name" TYPE varchar(150);

CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE FUNCTION pz_kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(nullif(current_setting('pz.kind', true), ''), 'public') $$;
CREATE FUNCTION pz_is(VARIADIC kinds text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pz_kind() = ANY (kinds) $$;
CREATE FUNCTION pz_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('pz.person', true), '')::bigint $$;
CREATE FUNCTION pz_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('pz.role', true), '') $$;
CREATE FUNCTION pz_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('pz.organisation', true), '')::bigint $$;
CREATE FUNCTION pz_unit() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('pz.unit', true), '') $$;
CREATE FUNCTION pz_buyer() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('pz.buyer', true), '') $$;

CREATE TABLE "kernel_person" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "password" varchar(128) NOT NULL, "last_login" timestamp with time zone NULL, "is_superuser" boolean NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "first_name" varchar(150) NOT NULL, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" boolean NOT NULL, "is_active" boolean NOT NULL, "date_joined" timestamp with time zone NOT NULL, "display_name" varchar(80) NOT NULL, "language" varchar(10) NOT NULL, "synthetic" boolean NOT NULL, "left_on" date NULL);

CREATE TABLE "kernel_person_groups" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "person_id" bigint NOT NULL, "group_id" integer NOT NULL);

CREATE TABLE "kernel_person_user_permissions" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "person_id" bigint NOT NULL, "permission_id" integer NOT NULL);

CREATE TABLE "kernel_membership" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "role" varchar(40) NOT NULL, "valid_from" date NOT NULL, "valid_to" date NULL, "deputy_of_id" bigint NULL, "person_id" bigint NOT NULL);

CREATE TABLE "kernel_grant" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "action" varchar(60) NOT NULL, "reason" varchar(200) NOT NULL, "valid_from" date NOT NULL, "valid_to" date NULL, "granted_by_id" bigint NOT NULL, "membership_id" bigint NOT NULL);

CREATE TABLE "kernel_organisation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(160) NOT NULL, "name_en" varchar(160) NOT NULL, "uscc" varchar(18) NOT NULL, "customs_code" varchar(10) NOT NULL, "dxp_id" varchar(30) NOT NULL, "roles" jsonb NOT NULL, "synthetic" boolean NOT NULL, "suspended_on" date NULL, "created_at" timestamp with time zone NOT NULL);

ALTER TABLE "kernel_membership" ADD COLUMN "organisation_id" bigint NULL CONSTRAINT "kernel_membership_organisation_id_ac5254a9_fk_kernel_or" REFERENCES "kernel_organisation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "kernel_membership_organisation_id_ac5254a9_fk_kernel_or" IMMEDIATE;

CREATE TABLE "kernel_unit" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "code" varchar(40) NOT NULL UNIQUE, "kind" varchar(12) NOT NULL, "name_zh" varchar(120) NOT NULL, "name_en" varchar(160) NOT NULL, "path" varchar(200) NOT NULL UNIQUE, "gb2260" varchar(6) NOT NULL, "valid_from" date NULL, "valid_to" date NULL, "note" varchar(300) NOT NULL, "successor_id" bigint NULL);

ALTER TABLE "kernel_membership" ADD COLUMN "unit_id" bigint NULL CONSTRAINT "kernel_membership_unit_id_cbb43333_fk_kernel_unit_id" REFERENCES "kernel_unit"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "kernel_membership_unit_id_cbb43333_fk_kernel_unit_id" IMMEDIATE;

CREATE TABLE "kernel_unitlink" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "valid_from" date NOT NULL, "valid_to" date NULL, "organisation_id" bigint NOT NULL, "unit_id" bigint NOT NULL);

ALTER TABLE "kernel_membership" ADD CONSTRAINT "kernel_membership_one_side" CHECK ((("organisation_id" IS NOT NULL AND "unit_id" IS NULL) OR ("organisation_id" IS NULL AND "unit_id" IS NOT NULL)));

CREATE INDEX "kernel_person_username_fa250640_like" ON "kernel_person" ("username" varchar_pattern_ops);

ALTER TABLE "kernel_person_groups" ADD CONSTRAINT "kernel_person_groups_person_id_group_id_e29beb10_uniq" UNIQUE ("person_id", "group_id");

ALTER TABLE "kernel_person_groups" ADD CONSTRAINT "kernel_person_groups_person_id_8112ef04_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_person_groups" ADD CONSTRAINT "kernel_person_groups_group_id_03fcd68f_fk_auth_group_id" FOREIGN KEY ("group_id") REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_person_groups_person_id_8112ef04" ON "kernel_person_groups" ("person_id");

CREATE INDEX "kernel_person_groups_group_id_03fcd68f" ON "kernel_person_groups" ("group_id");

ALTER TABLE "kernel_person_user_permissions" ADD CONSTRAINT "kernel_person_user_permi_person_id_permission_id_8e9042c6_uniq" UNIQUE ("person_id", "permission_id");

ALTER TABLE "kernel_person_user_permissions" ADD CONSTRAINT "kernel_person_user_p_person_id_fe3cad13_fk_kernel_pe" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_person_user_permissions" ADD CONSTRAINT "kernel_person_user_p_permission_id_979f2ea0_fk_auth_perm" FOREIGN KEY ("permission_id") REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_person_user_permissions_person_id_fe3cad13" ON "kernel_person_user_permissions" ("person_id");

CREATE INDEX "kernel_person_user_permissions_permission_id_979f2ea0" ON "kernel_person_user_permissions" ("permission_id");

ALTER TABLE "kernel_membership" ADD CONSTRAINT "kernel_membership_deputy_of_id_dbfe9479_fk_kernel_membership_id" FOREIGN KEY ("deputy_of_id") REFERENCES "kernel_membership" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_membership" ADD CONSTRAINT "kernel_membership_person_id_557e3c12_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_membership_deputy_of_id_dbfe9479" ON "kernel_membership" ("deputy_of_id");

CREATE INDEX "kernel_membership_person_id_557e3c12" ON "kernel_membership" ("person_id");

ALTER TABLE "kernel_grant" ADD CONSTRAINT "kernel_grant_granted_by_id_fdaaf92c_fk_kernel_person_id" FOREIGN KEY ("granted_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_grant" ADD CONSTRAINT "kernel_grant_membership_id_93e84152_fk_kernel_membership_id" FOREIGN KEY ("membership_id") REFERENCES "kernel_membership" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_grant_granted_by_id_fdaaf92c" ON "kernel_grant" ("granted_by_id");

CREATE INDEX "kernel_grant_membership_id_93e84152" ON "kernel_grant" ("membership_id");

CREATE UNIQUE INDEX "kernel_org_uscc_once" ON "kernel_organisation" ("uscc") WHERE NOT ("uscc" = '');

CREATE UNIQUE INDEX "kernel_org_customs_once" ON "kernel_organisation" ("customs_code") WHERE NOT ("customs_code" = '');

CREATE UNIQUE INDEX "kernel_org_dxp_once" ON "kernel_organisation" ("dxp_id") WHERE NOT ("dxp_id" = '');

CREATE INDEX "kernel_membership_organisation_id_ac5254a9" ON "kernel_membership" ("organisation_id");

ALTER TABLE "kernel_unit" ADD CONSTRAINT "kernel_unit_successor_id_ce4e5459_fk_kernel_unit_id" FOREIGN KEY ("successor_id") REFERENCES "kernel_unit" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_unit_code_8fe19589_like" ON "kernel_unit" ("code" varchar_pattern_ops);

CREATE INDEX "kernel_unit_path_0909249a_like" ON "kernel_unit" ("path" varchar_pattern_ops);

CREATE INDEX "kernel_unit_successor_id_ce4e5459" ON "kernel_unit" ("successor_id");

CREATE INDEX "kernel_membership_unit_id_cbb43333" ON "kernel_membership" ("unit_id");

ALTER TABLE "kernel_unitlink" ADD CONSTRAINT "kernel_unitlink_organisation_id_d1e22575_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_unitlink" ADD CONSTRAINT "kernel_unitlink_unit_id_54ff48d1_fk_kernel_unit_id" FOREIGN KEY ("unit_id") REFERENCES "kernel_unit" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_unitlink_organisation_id_d1e22575" ON "kernel_unitlink" ("organisation_id");

CREATE INDEX "kernel_unitlink_unit_id_54ff48d1" ON "kernel_unitlink" ("unit_id");

CREATE TABLE "account_emailaddress" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "email" varchar(75) NOT NULL UNIQUE, "verified" boolean NOT NULL, "primary" boolean NOT NULL, "user_id" bigint NOT NULL);

CREATE TABLE "account_emailconfirmation" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "created" timestamp with time zone NOT NULL, "sent" timestamp with time zone NULL, "key" varchar(64) NOT NULL UNIQUE, "email_address_id" integer NOT NULL);

ALTER TABLE "account_emailaddress" ADD CONSTRAINT "account_emailaddress_user_id_2c513194_fk_kernel_person_id" FOREIGN KEY ("user_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "account_emailaddress_email_03be32b2_like" ON "account_emailaddress" ("email" varchar_pattern_ops);

CREATE INDEX "account_emailaddress_user_id_2c513194" ON "account_emailaddress" ("user_id");

ALTER TABLE "account_emailconfirmation" ADD CONSTRAINT "account_emailconfirm_email_address_id_5b7f8c58_fk_account_e" FOREIGN KEY ("email_address_id") REFERENCES "account_emailaddress" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "account_emailconfirmation_key_f43612bd_like" ON "account_emailconfirmation" ("key" varchar_pattern_ops);

CREATE INDEX "account_emailconfirmation_email_address_id_5b7f8c58" ON "account_emailconfirmation" ("email_address_id");

ALTER TABLE "account_emailaddress" ALTER COLUMN "email" TYPE varchar(254);

ALTER TABLE "account_emailaddress" ADD CONSTRAINT "account_emailaddress_user_id_email_987c8728_uniq" UNIQUE ("user_id", "email");

CREATE UNIQUE INDEX "unique_verified_email" ON "account_emailaddress" ("email") WHERE "verified";

ALTER TABLE "account_emailaddress" DROP CONSTRAINT "account_emailaddress_email_key";

DROP INDEX IF EXISTS "account_emailaddress_email_03be32b2_like";

CREATE INDEX "account_emailaddress_upper" ON "account_emailaddress" ((UPPER("email")));

DROP INDEX IF EXISTS "account_emailaddress_upper";

CREATE INDEX "account_emailaddress_email_03be32b2" ON "account_emailaddress" ("email");

CREATE INDEX "account_emailaddress_email_03be32b2_like" ON "account_emailaddress" ("email" varchar_pattern_ops);

CREATE UNIQUE INDEX "unique_primary_email" ON "account_emailaddress" ("user_id", "primary") WHERE "primary";

CREATE TABLE "axes_accessattempt" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "user_agent" varchar(255) NOT NULL, "ip_address" inet NULL, "username" varchar(255) NULL, "trusted" boolean NOT NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" timestamp with time zone NOT NULL, "get_data" text NOT NULL, "post_data" text NOT NULL, "failures_since_start" integer NOT NULL CHECK ("failures_since_start" >= 0));

CREATE TABLE "axes_accesslog" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "user_agent" varchar(255) NOT NULL, "ip_address" inet NULL, "username" varchar(255) NULL, "trusted" boolean NOT NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" timestamp with time zone NOT NULL, "logout_time" timestamp with time zone NULL);

CREATE INDEX "axes_accessattempt_ip_address_10922d9c" ON "axes_accessattempt" ("ip_address");

CREATE INDEX "axes_accessattempt_trusted_0eddf52e" ON "axes_accessattempt" ("trusted");

CREATE INDEX "axes_accessattempt_user_agent_ad89678b" ON "axes_accessattempt" ("user_agent");

CREATE INDEX "axes_accessattempt_user_agent_ad89678b_like" ON "axes_accessattempt" ("user_agent" varchar_pattern_ops);

CREATE INDEX "axes_accessattempt_username_3f2d4ca0" ON "axes_accessattempt" ("username");

CREATE INDEX "axes_accessattempt_username_3f2d4ca0_like" ON "axes_accessattempt" ("username" varchar_pattern_ops);

CREATE INDEX "axes_accesslog_ip_address_86b417e5" ON "axes_accesslog" ("ip_address");

CREATE INDEX "axes_accesslog_trusted_496c5681" ON "axes_accesslog" ("trusted");

CREATE INDEX "axes_accesslog_user_agent_0e659004" ON "axes_accesslog" ("user_agent");

CREATE INDEX "axes_accesslog_user_agent_0e659004_like" ON "axes_accesslog" ("user_agent" varchar_pattern_ops);

CREATE INDEX "axes_accesslog_username_df93064b" ON "axes_accesslog" ("username");

CREATE INDEX "axes_accesslog_username_df93064b_like" ON "axes_accesslog" ("username" varchar_pattern_ops);

ALTER TABLE "axes_accessattempt" DROP COLUMN "trusted" CASCADE;

ALTER TABLE "axes_accesslog" DROP COLUMN "trusted" CASCADE;

ALTER TABLE "axes_accessattempt" ADD CONSTRAINT "axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq" UNIQUE ("username", "ip_address", "user_agent");

CREATE TABLE "axes_accessfailurelog" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "user_agent" varchar(255) NOT NULL, "ip_address" inet NULL, "username" varchar(255) NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" timestamp with time zone NOT NULL, "locked_out" boolean NOT NULL);

CREATE INDEX "axes_accessfailurelog_user_agent_ea145dda" ON "axes_accessfailurelog" ("user_agent");

CREATE INDEX "axes_accessfailurelog_user_agent_ea145dda_like" ON "axes_accessfailurelog" ("user_agent" varchar_pattern_ops);

CREATE INDEX "axes_accessfailurelog_ip_address_2e9f5a7f" ON "axes_accessfailurelog" ("ip_address");

CREATE INDEX "axes_accessfailurelog_username_a8b7e8a4" ON "axes_accessfailurelog" ("username");

CREATE INDEX "axes_accessfailurelog_username_a8b7e8a4_like" ON "axes_accessfailurelog" ("username" varchar_pattern_ops);

ALTER TABLE "axes_accesslog" ADD COLUMN "session_hash" varchar(64) DEFAULT '' NOT NULL;

ALTER TABLE "axes_accesslog" ALTER COLUMN "session_hash" DROP DEFAULT;

CREATE TABLE "axes_accessattemptexpiration" ("access_attempt_id" integer NOT NULL PRIMARY KEY, "expires_at" timestamp with time zone NOT NULL);

ALTER TABLE "axes_accessattemptexpiration" ADD CONSTRAINT "axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce" FOREIGN KEY ("access_attempt_id") REFERENCES "axes_accessattempt" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE kernel_membership ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_membership FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_membership_read ON kernel_membership FOR SELECT USING ((person_id = pz_person() OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_membership_insert ON kernel_membership FOR INSERT WITH CHECK ((pz_is('system') OR pz_is('zone')));

CREATE POLICY kernel_membership_update ON kernel_membership FOR UPDATE USING ((pz_is('system') OR pz_is('zone'))) WITH CHECK ((pz_is('system') OR pz_is('zone')));

ALTER TABLE kernel_grant ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_grant FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_grant_read ON kernel_grant FOR SELECT USING ((membership_id IN (SELECT id FROM kernel_membership) OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_grant_insert ON kernel_grant FOR INSERT WITH CHECK ((pz_is('system') OR pz_is('zone')));

CREATE POLICY kernel_grant_update ON kernel_grant FOR UPDATE USING ((pz_is('system') OR pz_is('zone'))) WITH CHECK ((pz_is('system') OR pz_is('zone')));

ALTER TABLE kernel_unitlink ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_unitlink FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_unitlink_read ON kernel_unitlink FOR SELECT USING ((organisation_id = pz_organisation() OR pz_is('district', 'agency') OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_unitlink_insert ON kernel_unitlink FOR INSERT WITH CHECK ((pz_is('system') OR pz_is('zone')));

CREATE POLICY kernel_unitlink_update ON kernel_unitlink FOR UPDATE USING ((pz_is('system') OR pz_is('zone'))) WITH CHECK ((pz_is('system') OR pz_is('zone')));

-- The zone's clock: one row, written when the zone is founded. zone time = zone_at + (wall - wall_at) * rate.
CREATE TABLE kernel_clock (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    demo boolean NOT NULL,
    wall_at timestamptz NOT NULL,
    zone_at timestamptz NOT NULL,
    rate double precision NOT NULL DEFAULT 1 CHECK (rate >= 0 AND rate <= 86400),
    CONSTRAINT kernel_clock_real CHECK (demo OR (wall_at = zone_at AND rate = 1))
);

-- Forward only, and what was founded stays what it is: a demonstration zone holds synthetic data for ever.
-- An update that leaves zone_at alone (a change of rate) goes on from where the clock stands.
CREATE FUNCTION pz_clock_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reached timestamptz;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'kernel.clock.kept: the clock of a zone is never removed';
    END IF;
    IF NEW.demo <> OLD.demo THEN
        RAISE EXCEPTION 'kernel.clock.founded: a zone stays what it was founded as';
    END IF;
    NEW.wall_at := clock_timestamp();
    reached := OLD.zone_at + (NEW.wall_at - OLD.wall_at) * OLD.rate;
    IF NEW.zone_at = OLD.zone_at THEN
        NEW.zone_at := reached;
    ELSIF NEW.zone_at < reached THEN
        RAISE EXCEPTION 'kernel.clock.backwards: the clock of a zone only moves forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_clock_forward BEFORE UPDATE OR DELETE ON kernel_clock
    FOR EACH ROW EXECUTE FUNCTION pz_clock_forward();

-- Zone time for defaults and triggers; wall time before the zone is founded.
CREATE FUNCTION pz_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce((SELECT zone_at + (clock_timestamp() - wall_at) * rate FROM kernel_clock), clock_timestamp())
$$;

ALTER TABLE kernel_clock ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_clock FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_clock_read ON kernel_clock FOR SELECT USING (true);

CREATE POLICY kernel_clock_insert ON kernel_clock FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY kernel_clock_update ON kernel_clock FOR UPDATE USING ((pz_is('system') OR pz_is('zone'))) WITH CHECK ((pz_is('system') OR pz_is('zone')));

-- The audit trail: append-only, hash-chained. Every line is filled in by the database, not by the caller.
CREATE SEQUENCE kernel_audit_id_seq;
CREATE TABLE kernel_audit (
    id bigint PRIMARY KEY,
    at_zone timestamptz NOT NULL,
    at_wall timestamptz NOT NULL,
    kind text NOT NULL,
    person bigint,
    deputy_of bigint,
    organisation bigint,
    unit text NOT NULL,
    role text NOT NULL,
    login text NOT NULL,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    before jsonb,
    after jsonb,
    reason text NOT NULL DEFAULT '',
    chain smallint NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    UNIQUE (chain, number)
);
CREATE INDEX kernel_audit_object ON kernel_audit (object_kind, object_id, id);
CREATE INDEX kernel_audit_person ON kernel_audit (person, id);
CREATE INDEX kernel_audit_wall ON kernel_audit USING brin (at_wall);

-- Heads of the chains: the last number and hash, so that cutting off a tail shows too.
-- 64 chains, of which a transaction takes any free one: nobody ever waits for another's audit line.
CREATE TABLE kernel_audit_chain (
    chain smallint PRIMARY KEY,
    number bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT ''
);
INSERT INTO kernel_audit_chain (chain) SELECT generate_series(0, 63);

CREATE FUNCTION pz_audit_chain() RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
    mine text := nullif(current_setting('pz.chain', true), '');
    free smallint;
BEGIN
    IF mine IS NOT NULL AND pg_try_advisory_xact_lock(20901, mine::int) THEN
        RETURN mine::smallint;
    END IF;
    FOR turn IN 0..63 LOOP
        free := (pg_backend_pid() + turn) % 64;
        IF pg_try_advisory_xact_lock(20901, free) THEN
            PERFORM set_config('pz.chain', free::text, true);
            RETURN free;
        END IF;
    END LOOP;
    free := pg_backend_pid() % 64;
    PERFORM pg_advisory_xact_lock(20901, free);
    RETURN free;
END $$;

CREATE FUNCTION pz_audit_hash(previous bytea, line kernel_audit) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(
        line.id, extract(epoch FROM line.at_zone), extract(epoch FROM line.at_wall), line.kind, line.person,
        line.deputy_of, line.organisation, line.unit, line.role, line.login, line.action, line.object_kind,
        line.object_id, line.before, line.after, line.reason, line.chain, line.number)::text, 'UTF8'))
$$;

CREATE FUNCTION pz_audit_fill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head kernel_audit_chain;
BEGIN
    NEW.id := nextval('kernel_audit_id_seq');
    NEW.at_zone := pz_now();
    NEW.at_wall := clock_timestamp();
    NEW.kind := pz_kind();
    NEW.person := pz_person();
    NEW.deputy_of := nullif(current_setting('pz.deputy', true), '')::bigint;
    NEW.organisation := pz_organisation();
    NEW.unit := pz_unit();
    NEW.role := coalesce(current_setting('pz.role', true), '');
    NEW.login := session_user;
    NEW.reason := coalesce(nullif(NEW.reason, ''), current_setting('pz.reason', true), '');
    NEW.chain := pz_audit_chain();
    SELECT * INTO STRICT head FROM kernel_audit_chain WHERE chain = NEW.chain;
    NEW.number := head.number + 1;
    NEW.hash := pz_audit_hash(head.hash, NEW);
    UPDATE kernel_audit_chain SET number = NEW.number, hash = NEW.hash WHERE chain = NEW.chain;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_audit_fill BEFORE INSERT ON kernel_audit FOR EACH ROW EXECUTE FUNCTION pz_audit_fill();

CREATE FUNCTION pz_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'kernel.audit.kept: audit lines are never changed or removed';
END $$;
CREATE TRIGGER kernel_audit_kept BEFORE UPDATE OR DELETE ON kernel_audit
    FOR EACH ROW EXECUTE FUNCTION pz_audit_kept();
CREATE TRIGGER kernel_audit_whole BEFORE TRUNCATE ON kernel_audit
    FOR EACH STATEMENT EXECUTE FUNCTION pz_audit_kept();

-- Only the filling trigger, which runs as the owner, moves a head.
CREATE FUNCTION pz_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kernel.audit.kept: heads of audit chains move with their lines only';
END $$;
CREATE TRIGGER kernel_audit_head BEFORE INSERT OR UPDATE OR DELETE ON kernel_audit_chain
    FOR EACH ROW EXECUTE FUNCTION pz_audit_head();

-- Put on desk tables by kernel.rls.audited(): every INSERT, UPDATE and DELETE leaves what changed, bulk and raw SQL
-- included. Arguments: the columns whose values must not be written down.
CREATE FUNCTION pz_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    is_ jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    whole jsonb := coalesce(is_, was);
    hidden text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value) INTO was, is_
        FROM jsonb_each(was) o JOIN jsonb_each(is_) n USING (key) WHERE o.value IS DISTINCT FROM n.value;
        IF is_ IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    FOREACH hidden IN ARRAY coalesce(TG_ARGV, '{}') LOOP
        IF was ? hidden THEN was := jsonb_set(was, ARRAY[hidden], '"***"'); END IF;
        IF is_ ? hidden THEN is_ := jsonb_set(is_, ARRAY[hidden], '"***"'); END IF;
    END LOOP;
    INSERT INTO kernel_audit (action, object_kind, object_id, before, after)
    VALUES (TG_TABLE_NAME || '.' || lower(TG_OP), TG_TABLE_NAME, coalesce(whole ->> 'id', ''), was, is_);
    RETURN NULL;
END $$;

ALTER TABLE kernel_audit ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_audit FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_audit_read ON kernel_audit FOR SELECT USING (((person = pz_person() OR organisation = pz_organisation()) OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_audit_insert ON kernel_audit FOR INSERT WITH CHECK (true);

ALTER TABLE kernel_audit_chain ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_audit_chain FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_audit_chain_read ON kernel_audit_chain FOR SELECT USING ((pz_is('system') OR current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'kernel_audit_chain')));

CREATE POLICY kernel_audit_chain_update ON kernel_audit_chain FOR UPDATE USING (current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'kernel_audit_chain')) WITH CHECK (current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'kernel_audit_chain'));

-- What happened, for the rooms above: one row per batch and kind.
CREATE TABLE kernel_event (
    id bigserial PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL DEFAULT '',
    payload jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT pz_now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX kernel_event_kind ON kernel_event (kind, id);

-- How far each consumer came. `fence` and `waiting`: the last number given out at the former look, and the
-- publishers that were still open then; when they have ended, everything up to the fence may be read.
CREATE TABLE kernel_event_cursor (
    consumer text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    waiting text[] NOT NULL DEFAULT '{}',
    moved_at timestamptz,
    failures int NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT ''
);

ALTER TABLE kernel_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_event FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_event_read ON kernel_event FOR SELECT USING (pz_is('system'));

CREATE POLICY kernel_event_insert ON kernel_event FOR INSERT WITH CHECK (true);

CREATE POLICY kernel_event_delete ON kernel_event FOR DELETE USING (pz_is('system'));

ALTER TABLE kernel_event_cursor ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_event_cursor FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_event_cursor_read ON kernel_event_cursor FOR SELECT USING ((pz_is('system') OR pz_is('zone')));

CREATE POLICY kernel_event_cursor_insert ON kernel_event_cursor FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY kernel_event_cursor_update ON kernel_event_cursor FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE TRIGGER kernel_membership_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_membership FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER kernel_grant_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_grant FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER kernel_unitlink_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_unitlink FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER kernel_unit_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_unit FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER kernel_organisation_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_organisation FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER kernel_person_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_person FOR EACH ROW EXECUTE FUNCTION pz_audit_row('password', 'last_login');

ALTER TABLE "kernel_person" ADD COLUMN "buyer_key" varchar(64) DEFAULT '' NOT NULL;

ALTER TABLE "kernel_person" ALTER COLUMN "buyer_key" DROP DEFAULT;

CREATE TABLE "kernel_certificate" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "sha256" varchar(64) NOT NULL UNIQUE, "serial" varchar(80) NOT NULL, "algorithm" varchar(12) NOT NULL, "subject" varchar(300) NOT NULL, "valid_from" timestamp with time zone NOT NULL, "valid_to" timestamp with time zone NOT NULL, "registered_at" timestamp with time zone NOT NULL, "revoked_at" timestamp with time zone NULL, "revoked_reason" varchar(200) NOT NULL, "organisation_id" bigint NOT NULL);

CREATE TABLE "kernel_checklistmark" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "key" varchar(60) NOT NULL, "done_at" timestamp with time zone NOT NULL, "person_id" bigint NOT NULL, CONSTRAINT "kernel_checklist_once" UNIQUE ("person_id", "key"));

ALTER TABLE kernel_certificate ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_certificate FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_certificate_read ON kernel_certificate FOR SELECT USING ((organisation_id = pz_organisation() OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_certificate_insert ON kernel_certificate FOR INSERT WITH CHECK ((organisation_id = pz_organisation() OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_certificate_update ON kernel_certificate FOR UPDATE USING ((organisation_id = pz_organisation() OR (pz_is('system') OR pz_is('zone')))) WITH CHECK ((organisation_id = pz_organisation() OR (pz_is('system') OR pz_is('zone'))));

CREATE TRIGGER kernel_certificate_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_certificate FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

ALTER TABLE kernel_checklistmark ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_checklistmark FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_checklistmark_read ON kernel_checklistmark FOR SELECT USING ((person_id = pz_person() OR pz_is('system')));

CREATE POLICY kernel_checklistmark_insert ON kernel_checklistmark FOR INSERT WITH CHECK ((person_id = pz_person() OR pz_is('system')));

CREATE POLICY kernel_checklistmark_update ON kernel_checklistmark FOR UPDATE USING ((person_id = pz_person() OR pz_is('system'))) WITH CHECK ((person_id = pz_person() OR pz_is('system')));

CREATE POLICY kernel_checklistmark_delete ON kernel_checklistmark FOR DELETE USING ((person_id = pz_person() OR pz_is('system')));

ALTER TABLE "kernel_certificate" ADD CONSTRAINT "kernel_certificate_organisation_id_0c7d5aa7_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_certificate_sha256_da45362e_like" ON "kernel_certificate" ("sha256" varchar_pattern_ops);

CREATE INDEX "kernel_certificate_organisation_id_0c7d5aa7" ON "kernel_certificate" ("organisation_id");

ALTER TABLE "kernel_checklistmark" ADD CONSTRAINT "kernel_checklistmark_person_id_97401c6a_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_checklistmark_person_id_97401c6a" ON "kernel_checklistmark" ("person_id");

DELETE FROM kernel_event;
ALTER TABLE kernel_event DROP COLUMN payload, ADD COLUMN payload bytea NOT NULL, ADD COLUMN rows int NOT NULL;
ALTER TABLE kernel_event ALTER COLUMN payload SET STORAGE EXTERNAL;

-- Tables of the flood lie by acceptance day: a number begins with its Shanghai day (days since 2000-01-01, 38 bits to
-- the left), so a number alone says in which partition its row lies. Closed months lie in one partition each.
CREATE OR REPLACE FUNCTION pz_first_id(day date) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT (day - date '2000-01-01')::bigint << 38 $$;

-- Makes the partition for a day where there is none: of a month before the zone's current one the whole month.
-- It may be called by who writes there; pages get no right on a partition (row-level security is the parent's).
CREATE OR REPLACE FUNCTION pz_partition(parent text, day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    month date := date_trunc('month', day)::date;
    current date := date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date;
    of_month text := parent || '_m' || to_char(day, 'YYYYMM');
    of_day text := parent || '_d' || to_char(day, 'YYYYMMDD');
    leaf text;
    first date;
    next date;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass(parent) AND relkind = 'p' AND NOT relispartition
                   AND relowner = current_user::regrole) THEN
        RAISE EXCEPTION 'pz_partition: % is not a partitioned table of the zone', parent;
    END IF;
    PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
    IF to_regclass(of_month) IS NOT NULL THEN RETURN of_month; END IF;
    IF to_regclass(of_day) IS NOT NULL THEN RETURN of_day; END IF;
    IF month < current AND NOT EXISTS (
        SELECT 1 FROM pg_class WHERE relname LIKE parent || '\_d' || to_char(day, 'YYYYMM') || '__'
          AND relnamespace = 'public'::regnamespace
    ) THEN
        leaf := of_month; first := month; next := (month + interval '1 month')::date;
    ELSE
        leaf := of_day; first := day; next := day + 1;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)',
                   leaf, parent);
    -- attached rather than created in place: readers go on meanwhile
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   parent, leaf, pz_first_id(first), pz_first_id(next));
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', leaf);
    IF to_regrole('pz_web') IS NOT NULL THEN EXECUTE format('REVOKE ALL ON %I FROM pz_web', leaf); END IF;
    RETURN leaf;
END $$;

-- Puts the days of a closed month into one partition. Writers of that month wait meanwhile: call it when it is quiet.
CREATE OR REPLACE FUNCTION pz_merge_month(parent text, month date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    of_month text := parent || '_m' || to_char(month, 'YYYYMM');
    first date := date_trunc('month', month)::date;
    day text;
    days text[];
BEGIN
    IF first >= date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date OR to_regclass(of_month) IS NOT NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
    SELECT array_agg(c.relname::text ORDER BY c.relname) INTO days
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(parent) AND c.relname LIKE parent || '\_d' || to_char(month, 'YYYYMM') || '__';
    IF days IS NULL THEN RETURN 0; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', of_month, parent);
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', day);
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', of_month, day);
    END LOOP;
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, day);
        EXECUTE format('DROP TABLE %I', day);
    END LOOP;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, of_month,
                   pz_first_id(first), pz_first_id((first + interval '1 month')::date));
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', of_month);
    IF to_regrole('pz_web') IS NOT NULL THEN EXECUTE format('REVOKE ALL ON %I FROM pz_web', of_month); END IF;
    RETURN array_length(days, 1);
END $$;
REVOKE ALL ON FUNCTION pz_partition(text, date), pz_merge_month(text, date) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_flood') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION pz_partition(text, date), pz_merge_month(text, date) TO pz_flood;
    END IF;
END $$;

ALTER TABLE "kernel_membership" ADD COLUMN "on_behalf_id" bigint NULL CONSTRAINT "kernel_membership_on_behalf_id_ec2d2139_fk_kernel_person_id" REFERENCES "kernel_person"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "kernel_membership_on_behalf_id_ec2d2139_fk_kernel_person_id" IMMEDIATE;

SET CONSTRAINTS ALL IMMEDIATE;

ALTER TABLE kernel_membership NO FORCE ROW LEVEL SECURITY;
ALTER TABLE kernel_membership DISABLE TRIGGER kernel_membership_audit;
UPDATE kernel_membership d SET on_behalf_id = m.person_id FROM kernel_membership m WHERE m.id = d.deputy_of_id;
ALTER TABLE kernel_membership ENABLE TRIGGER kernel_membership_audit;
ALTER TABLE kernel_membership FORCE ROW LEVEL SECURITY;

ALTER TABLE "kernel_membership" ADD CONSTRAINT "kernel_membership_behalf" CHECK ((("deputy_of_id" IS NULL AND "on_behalf_id" IS NULL) OR ("deputy_of_id" IS NOT NULL AND "on_behalf_id" IS NOT NULL)));

CREATE FUNCTION pz_own_membership(which bigint, plays text, firm bigint, body bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM kernel_membership m WHERE m.id = which AND m.person_id = pz_person() AND m.deputy_of_id IS NULL
        AND m.role = plays AND m.organisation_id IS NOT DISTINCT FROM firm AND m.unit_id IS NOT DISTINCT FROM body
    );
END $$;

DROP POLICY kernel_membership_read ON kernel_membership;

DROP POLICY kernel_membership_insert ON kernel_membership;

DROP POLICY kernel_membership_update ON kernel_membership;

CREATE POLICY kernel_membership_read ON kernel_membership FOR SELECT USING ((person_id = pz_person() OR on_behalf_id = pz_person() OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_membership_insert ON kernel_membership FOR INSERT WITH CHECK (((pz_is('system') OR pz_is('zone')) OR (on_behalf_id = pz_person() AND pz_own_membership(deputy_of_id, role, organisation_id, unit_id))));

CREATE POLICY kernel_membership_update ON kernel_membership FOR UPDATE USING (((pz_is('system') OR pz_is('zone')) OR (on_behalf_id = pz_person() AND pz_own_membership(deputy_of_id, role, organisation_id, unit_id)))) WITH CHECK (((pz_is('system') OR pz_is('zone')) OR (on_behalf_id = pz_person() AND pz_own_membership(deputy_of_id, role, organisation_id, unit_id))));

DROP POLICY kernel_audit_read ON kernel_audit;

DROP POLICY kernel_audit_insert ON kernel_audit;

CREATE POLICY kernel_audit_read ON kernel_audit FOR SELECT USING (((person = pz_person() OR organisation = pz_organisation()) OR deputy_of = pz_person() OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_audit_insert ON kernel_audit FOR INSERT WITH CHECK (true);

CREATE INDEX kernel_audit_deputy ON kernel_audit (deputy_of, id) WHERE deputy_of IS NOT NULL;

ALTER TABLE "kernel_certificate" ADD COLUMN "reported_by_id" bigint NULL CONSTRAINT "kernel_certificate_reported_by_id_82b22eaf_fk_kernel_person_id" REFERENCES "kernel_person"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "kernel_certificate_reported_by_id_82b22eaf_fk_kernel_person_id" IMMEDIATE;

ALTER TABLE "kernel_certificate" ADD COLUMN "told" jsonb DEFAULT '[]'::jsonb NOT NULL;

CREATE TABLE "kernel_suspension" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "since" date NOT NULL, "reason" varchar(300) NOT NULL, "legal_basis" varchar(300) NOT NULL, "ordered_at" timestamp with time zone NOT NULL, "lifted_on" date NULL, "lifted_reason" varchar(300) NOT NULL, "lifted_by_id" bigint NULL, "ordered_by_id" bigint NULL, "office_id" bigint NOT NULL, "organisation_id" bigint NOT NULL);

ALTER TABLE kernel_suspension ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_suspension FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_suspension_read ON kernel_suspension FOR SELECT USING ((organisation_id = pz_organisation() OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_suspension_insert ON kernel_suspension FOR INSERT WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('system') OR pz_is('zone'))));

CREATE POLICY kernel_suspension_update ON kernel_suspension FOR UPDATE USING (((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('system') OR pz_is('zone')))) WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('system') OR pz_is('zone'))));

CREATE TRIGGER kernel_suspension_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_suspension FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE INDEX "kernel_membership_on_behalf_id_ec2d2139" ON "kernel_membership" ("on_behalf_id");

CREATE INDEX "kernel_certificate_reported_by_id_82b22eaf" ON "kernel_certificate" ("reported_by_id");

ALTER TABLE "kernel_suspension" ADD CONSTRAINT "kernel_suspension_lifted_by_id_40769143_fk_kernel_person_id" FOREIGN KEY ("lifted_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_suspension" ADD CONSTRAINT "kernel_suspension_ordered_by_id_9ad356d5_fk_kernel_person_id" FOREIGN KEY ("ordered_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_suspension" ADD CONSTRAINT "kernel_suspension_office_id_04234262_fk_kernel_unit_id" FOREIGN KEY ("office_id") REFERENCES "kernel_unit" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_suspension" ADD CONSTRAINT "kernel_suspension_organisation_id_23dabeac_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "kernel_suspension_once" ON "kernel_suspension" ("organisation_id", "office_id") WHERE "lifted_on" IS NULL;

CREATE INDEX "kernel_suspension_lifted_by_id_40769143" ON "kernel_suspension" ("lifted_by_id");

CREATE INDEX "kernel_suspension_ordered_by_id_9ad356d5" ON "kernel_suspension" ("ordered_by_id");

CREATE INDEX "kernel_suspension_office_id_04234262" ON "kernel_suspension" ("office_id");

CREATE INDEX "kernel_suspension_organisation_id_23dabeac" ON "kernel_suspension" ("organisation_id");

ALTER TABLE "kernel_organisation" ADD COLUMN "cancelled_on" date NULL;

ALTER TABLE "kernel_organisation" ADD COLUMN "successor_id" bigint NULL CONSTRAINT "kernel_organisation_successor_id_cd65d31c_fk_kernel_or" REFERENCES "kernel_organisation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "kernel_organisation_successor_id_cd65d31c_fk_kernel_or" IMMEDIATE;

CREATE INDEX "kernel_organisation_successor_id_cd65d31c" ON "kernel_organisation" ("successor_id");

-- As pz_partition and pz_merge_month of partitions.sql, and a leaf gets what its parent cannot carry: storage parameters, and
-- indexes that only closed months need. A room says so by a function <parent>_leaf(leaf text, closed boolean) of its own.
CREATE OR REPLACE FUNCTION pz_leaf(parent text, leaf text, closed boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF to_regprocedure(format('%I(text,boolean)', parent || '_leaf')) IS NOT NULL THEN
        EXECUTE format('SELECT %I(%L, %L)', parent || '_leaf', leaf, closed);
    END IF;
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', leaf);
    IF to_regrole('pz_web') IS NOT NULL THEN EXECUTE format('REVOKE ALL ON %I FROM pz_web', leaf); END IF;
END $$;

CREATE OR REPLACE FUNCTION pz_partition(parent text, day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    month date := date_trunc('month', day)::date;
    current date := date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date;
    of_month text := parent || '_m' || to_char(day, 'YYYYMM');
    of_day text := parent || '_d' || to_char(day, 'YYYYMMDD');
    leaf text;
    first date;
    next date;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass(parent) AND relkind = 'p' AND NOT relispartition
                   AND relowner = current_user::regrole) THEN
        RAISE EXCEPTION 'pz_partition: % is not a partitioned table of the zone', parent;
    END IF;
    PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
    IF to_regclass(of_month) IS NOT NULL THEN RETURN of_month; END IF;
    IF to_regclass(of_day) IS NOT NULL THEN RETURN of_day; END IF;
    IF month < current AND NOT EXISTS (
        SELECT 1 FROM pg_class WHERE relname LIKE parent || '\_d' || to_char(day, 'YYYYMM') || '__'
          AND relnamespace = 'public'::regnamespace
    ) THEN
        leaf := of_month; first := month; next := (month + interval '1 month')::date;
    ELSE
        leaf := of_day; first := day; next := day + 1;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)',
                   leaf, parent);
    PERFORM pz_leaf(parent, leaf, leaf = of_month);
    -- attached rather than created in place: readers go on meanwhile
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   parent, leaf, pz_first_id(first), pz_first_id(next));
    RETURN leaf;
END $$;

CREATE OR REPLACE FUNCTION pz_merge_month(parent text, month date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    of_month text := parent || '_m' || to_char(month, 'YYYYMM');
    first date := date_trunc('month', month)::date;
    day text;
    days text[];
BEGIN
    IF first >= date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date OR to_regclass(of_month) IS NOT NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
    SELECT array_agg(c.relname::text ORDER BY c.relname) INTO days
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(parent) AND c.relname LIKE parent || '\_d' || to_char(month, 'YYYYMM') || '__';
    IF days IS NULL THEN RETURN 0; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', of_month, parent);
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', day);
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', of_month, day);
    END LOOP;
    PERFORM pz_leaf(parent, of_month, true);
    EXECUTE format('ANALYZE %I', of_month);
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, day);
        EXECUTE format('DROP TABLE %I', day);
    END LOOP;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, of_month,
                   pz_first_id(first), pz_first_id((first + interval '1 month')::date));
    RETURN array_length(days, 1);
END $$;
REVOKE ALL ON FUNCTION pz_leaf(text, text, boolean) FROM PUBLIC;

-- Care of the tables by day: partitions ahead, closed days into months, statistics (kernel/storage.py drives it).
-- Whoever is role web may call these as the platform only.
CREATE FUNCTION pz_storage_may() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF session_user = 'pz_web' AND NOT pz_is('system') THEN
        RAISE insufficient_privilege USING MESSAGE = 'kernel.storage.denied: storage is the platform''s own care';
    END IF;
END $$;

-- Numbers of rows that changed while their day was being copied into its month.
CREATE TABLE kernel_merge_change (
    parent text NOT NULL,
    number bigint NOT NULL
);
-- What lies in files instead of here.
CREATE TABLE kernel_detached (
    leaf text PRIMARY KEY,
    parent text NOT NULL,
    month date NOT NULL,
    first date NOT NULL,
    until date NOT NULL,              -- the first day no longer in it
    rows bigint NOT NULL,
    bytes bigint NOT NULL,            -- of the file
    sha256 text NOT NULL,
    file text NOT NULL,
    detached_at timestamptz NOT NULL  -- zone time
);

-- The partitions of all tables by day, with the days they hold. Rows as the statistics have them.
CREATE FUNCTION pz_storage_leaves()
RETURNS TABLE (parent text, leaf text, first date, until date, rows bigint, bytes bigint, analysed timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH l AS MATERIALIZED (
        SELECT p.relname::text AS parent, c.relname::text AS leaf, substring(c.relname from '_[dm](\d+)$') AS days, c.oid
        FROM pg_partitioned_table t JOIN pg_class p ON p.oid = t.partrelid AND NOT p.relispartition
            AND p.relnamespace = 'public'::regnamespace
        JOIN pg_inherits i ON i.inhparent = p.oid JOIN pg_class c ON c.oid = i.inhrelid
        WHERE t.partstrat = 'r' AND c.relname ~ '_(d\d{8}|m\d{6})$'
    ), dated AS (
        SELECT l.*, to_date(rpad(days, 8, '01'), 'YYYYMMDD') AS first FROM l
    )
    SELECT parent, leaf, first, CASE length(days) WHEN 8 THEN first + 1 ELSE (first + interval '1 month')::date END,
        pg_stat_get_live_tuples(oid), pg_total_relation_size(oid),
        greatest(pg_stat_get_last_analyze_time(oid), pg_stat_get_last_autoanalyze_time(oid))
    FROM dated ORDER BY parent, first
$$;

-- Makes the partitions of today and so many days after it; answers how many were missing.
CREATE FUNCTION pz_storage_ahead(days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '2s' AS $$
DECLARE
    today date := (pz_now() AT TIME ZONE 'Asia/Shanghai')::date;
    table_ text;
    day date;
    made int := 0;
BEGIN
    PERFORM pz_storage_may();
    IF days NOT BETWEEN 0 AND 62 THEN RAISE EXCEPTION 'pz_storage_ahead: at most 62 days'; END IF;
    FOR table_, day IN
        SELECT p.relname::text, today + n FROM pg_partitioned_table t JOIN pg_class p ON p.oid = t.partrelid
            AND NOT p.relispartition AND p.relnamespace = 'public'::regnamespace, generate_series(0, days) n
        WHERE t.partstrat = 'r' ORDER BY 2, 1
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pz_storage_leaves() l WHERE l.parent = table_ AND day >= l.first AND day < l.until) THEN
            PERFORM pz_partition(table_, day);
            made := made + 1;
        END IF;
    END LOOP;
    IF made > 0 THEN
        INSERT INTO kernel_audit (action, object_kind, object_id, after)
        VALUES ('storage.ahead', 'storage', to_char(today + days, 'YYYY-MM-DD'), jsonb_build_object('partitions', made));
    END IF;
    RETURN made;
END $$;

-- Statistics of partitions whose last day is over and that were never looked at since by us; answers how many.
CREATE FUNCTION pz_storage_analyse(most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '2s' AS $$
DECLARE
    leaf text;
    done int := 0;
BEGIN
    PERFORM pz_storage_may();
    FOR leaf IN
        SELECT l.leaf FROM pz_storage_leaves() l
        WHERE l.until <= (pz_now() AT TIME ZONE 'Asia/Shanghai')::date
            AND pg_stat_get_last_analyze_time(to_regclass(l.leaf)) IS NULL
        ORDER BY l.first LIMIT most
    LOOP
        EXECUTE format('ANALYZE %I', leaf);
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;

-- As in partition_leaves.sql, and an open day is analysed early and vacuumed for its inserts late: it is merged soon.
CREATE OR REPLACE FUNCTION pz_leaf(parent text, leaf text, closed boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF NOT closed THEN
        EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.05)', leaf);
    END IF;
    IF to_regprocedure(format('%I(text,boolean)', parent || '_leaf')) IS NOT NULL THEN
        EXECUTE format('SELECT %I(%L, %L)', parent || '_leaf', leaf, closed);
    END IF;
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', leaf);
    IF to_regrole('pz_web') IS NOT NULL THEN EXECUTE format('REVOKE ALL ON %I FROM pz_web', leaf); END IF;
END $$;

CREATE FUNCTION pz_merge_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE number bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO number USING OLD;
    ELSE
        EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO number USING NEW;
    END IF;
    INSERT INTO kernel_merge_change VALUES (TG_ARGV[0], number);
    RETURN NULL;
END $$;

-- The column whose numbers begin with their day.
CREATE FUNCTION pz_day_column(parent text) RETURNS text LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT a.attname::text FROM pg_partitioned_table t JOIN pg_attribute a ON a.attrelid = t.partrelid AND a.attnum = t.partattrs[0]
    WHERE t.partrelid = to_regclass(parent) AND t.partstrat = 'r'
$$;

CREATE FUNCTION pz_merge_days(parent text, month date) RETURNS text[] LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(parent) AND c.relname LIKE parent || '\_d' || to_char(month, 'YYYYMM') || '__'
$$;

-- 1. An empty table for the month. Answers the number of days, 0: nothing to do. What an interrupted merge left is removed
-- first: until the switch nobody reads it.
CREATE FUNCTION pz_merge_begin(parent text, month date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '500ms' AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    merging text := parent || '_m' || to_char(month, 'YYYYMM') || '_merging';
    days text[] := pz_merge_days(parent, first);
    column_ text := pz_day_column(parent);
BEGIN
    PERFORM pz_storage_may();
    IF days IS NULL OR column_ IS NULL OR first >= date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date THEN
        RETURN 0;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', merging);
    DELETE FROM kernel_merge_change c WHERE c.parent = pz_merge_begin.parent;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE,'
                   ' CONSTRAINT %I CHECK (%I >= %L AND %I < %L))', merging, parent, 'pz_merge_bounds',
                   column_, pz_first_id(first), column_, pz_first_id((first + interval '1 month')::date));
    -- a table beside its parent is not under the parent's row-level security: closed to all that are bound by it
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', merging);
    RETURN array_length(days, 1);
END $$;

-- 2. From now on a day notes what changes; called until it answers 0, the number of days that do not yet. One day in a transaction:
-- whoever holds none while it waits for one cannot be part of a deadlock.
CREATE FUNCTION pz_merge_watch(parent text, month date, tries int DEFAULT 20) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '400ms' AS $$
DECLARE
    days text[];
    try int := 0;
BEGIN
    PERFORM pz_storage_may();
    SELECT array_agg(day ORDER BY day) INTO days FROM unnest(pz_merge_days(parent, month)) day
    WHERE NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(day) AND tgname = 'pz_merge_note');
    IF days IS NULL THEN RETURN 0; END IF;
    LOOP
        BEGIN
            EXECUTE format('CREATE TRIGGER pz_merge_note AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW'
                           ' EXECUTE FUNCTION pz_merge_note(%L, %L)', days[1], parent, pz_day_column(parent));
            RETURN array_length(days, 1) - 1;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            try := try + 1;
            IF try >= tries THEN RAISE; END IF;
            PERFORM pg_sleep(0.05 * try);
        END;
    END LOOP;
END $$;

-- 3. The rows of the days, as they are; readers and writers go on.
CREATE FUNCTION pz_merge_copy(parent text, month date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    merging text := parent || '_m' || to_char(month, 'YYYYMM') || '_merging';
    day text;
    n bigint;
    told bigint := 0;
BEGIN
    PERFORM pz_storage_may();
    FOREACH day IN ARRAY pz_merge_days(parent, month) LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(day) AND tgname = 'pz_merge_note') THEN
            RAISE EXCEPTION 'pz_merge_copy: % is not watched; begin again', day;
        END IF;
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', merging, day);
        GET DIAGNOSTICS n = ROW_COUNT;
        told := told + n;
    END LOOP;
    PERFORM pz_leaf(parent, merging, true);
    EXECUTE format('ANALYZE %I', merging);
    RETURN told;
END $$;

-- What the days noted, brought into the month.
CREATE FUNCTION pz_merge_catch_up(parent text, merging text, days text[]) RETURNS int
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
    column_ text := pz_day_column(parent);
    changed bigint[];
    day text;
BEGIN
    WITH gone AS (DELETE FROM kernel_merge_change c WHERE c.parent = pz_merge_catch_up.parent RETURNING number)
    SELECT array_agg(DISTINCT number) INTO changed FROM gone;
    IF changed IS NULL THEN RETURN 0; END IF;
    EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', merging, column_) USING changed;
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('INSERT INTO %I SELECT * FROM %I WHERE %I = ANY ($1)', merging, day, column_) USING changed;
    END LOOP;
    RETURN array_length(changed, 1);
END $$;

-- 4. The month takes the place of its days. Everybody waits for the moment of the switch, and it waits for nobody longer
-- than 400 ms at a time: less than the second after which a deadlock is looked for, so that it is never a writer that is ended.
-- The days are left beside the table for readers that have just asked for their names; pz_storage_sweep removes them.
CREATE FUNCTION pz_merge_switch(parent text, month date, tries int DEFAULT 20) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '400ms' AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    of_month text := parent || '_m' || to_char(month, 'YYYYMM');
    merging text := of_month || '_merging';
    days text[];
    day text;
    index_ record;
    try int := 0;
BEGIN
    PERFORM pz_storage_may();
    IF to_regclass(merging) IS NULL THEN RETURN 0; END IF;
    PERFORM pz_merge_catch_up(parent, merging, pz_merge_days(parent, first));
    LOOP
        BEGIN
            PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
            EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
            days := pz_merge_days(parent, first);
            FOREACH day IN ARRAY days LOOP
                IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(day) AND tgname = 'pz_merge_note') THEN
                    RAISE EXCEPTION 'pz_merge_switch: % is new; begin again', day;
                END IF;
                EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', day);
            END LOOP;
            PERFORM pz_merge_catch_up(parent, merging, days);
            FOREACH day IN ARRAY days LOOP
                EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, day);
                EXECUTE format('DROP TRIGGER pz_merge_note ON %I', day);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', day);
            END LOOP;
            EXECUTE format('ALTER TABLE %I RENAME TO %I', merging, of_month);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, of_month,
                           pz_first_id(first), pz_first_id((first + interval '1 month')::date));
            EXIT;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            try := try + 1;
            IF try >= tries THEN RAISE; END IF;
            PERFORM pg_sleep(0.05 * try);
        END;
    END LOOP;
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT pz_merge_bounds', of_month);
    FOR index_ IN SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                  WHERE i.indrelid = to_regclass(of_month) AND c.relname LIKE '%\_merging\_%' LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', index_.relname, replace(index_.relname, '_merging_', '_'));
    END LOOP;
    INSERT INTO kernel_audit (action, object_kind, object_id, after)
    VALUES ('storage.merge', 'storage', of_month, jsonb_build_object('days', array_length(days, 1)));
    RETURN array_length(days, 1);
END $$;

-- Drops what lies beside its table and is read by nobody any more: days that are in their month, months that are in files.
CREATE FUNCTION pz_storage_sweep() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '500ms' AS $$
DECLARE
    name text;
    done int := 0;
BEGIN
    PERFORM pz_storage_may();
    FOR name IN
        SELECT c.relname::text FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition AND c.relowner = current_user::regrole
          AND (EXISTS (SELECT 1 FROM kernel_detached d WHERE d.leaf = c.relname)
               OR EXISTS (SELECT 1 FROM pz_storage_leaves() l
                          WHERE c.relname ~ ('^' || l.parent || '_d\d{8}$') AND l.leaf = l.parent || '_m' || left(right(c.relname, 8), 6)))
    LOOP
        BEGIN
            EXECUTE format('DROP TABLE %I', name);
            done := done + 1;
        EXCEPTION WHEN lock_not_available THEN
            NULL;  -- somebody reads it; next time
        END;
    END LOOP;
    RETURN done;
END $$;

REVOKE ALL ON FUNCTION pz_storage_leaves(), pz_storage_ahead(int), pz_storage_analyse(int), pz_merge_note(), pz_storage_sweep(),
    pz_merge_begin(text, date), pz_merge_watch(text, date, int), pz_merge_copy(text, date), pz_merge_switch(text, date, int), pz_merge_catch_up(text, text, text[])
    FROM PUBLIC;
-- All of it in the caller's transaction: writers of that month wait until it ends.
CREATE OR REPLACE FUNCTION pz_merge_month(parent text, month date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF pz_merge_begin(parent, month) = 0 THEN RETURN 0; END IF;
    WHILE pz_merge_watch(parent, month) > 0 LOOP NULL; END LOOP;
    PERFORM pz_merge_copy(parent, month);
    RETURN pz_merge_switch(parent, month);
END $$;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION pz_storage_leaves(), pz_storage_ahead(int), pz_storage_analyse(int), pz_storage_sweep(),
            pz_merge_begin(text, date), pz_merge_watch(text, date, int), pz_merge_copy(text, date), pz_merge_switch(text, date, int) TO pz_web, pz_flood;
    END IF;
END $$;

ALTER TABLE kernel_merge_change ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_merge_change FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_merge_change_read ON kernel_merge_change FOR SELECT USING (pz_is('system'));

ALTER TABLE kernel_detached ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_detached FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_detached_read ON kernel_detached FOR SELECT USING ((pz_is('system') OR pz_is('zone')));

-- The trail is read by day, by action and by unit at a million lines; by person and by object there are indexes already.
-- Compared byte by byte: a beginning of an action is a stretch of the index, and row-level security lets such a comparison pass.
CREATE INDEX kernel_audit_zone ON kernel_audit (at_zone, id);
CREATE INDEX kernel_audit_action ON kernel_audit (action COLLATE "C", at_zone, id);
CREATE INDEX kernel_audit_unit ON kernel_audit (unit COLLATE "C", at_zone, id);

DROP POLICY kernel_audit_read ON kernel_audit;

DROP POLICY kernel_audit_insert ON kernel_audit;

CREATE POLICY kernel_audit_read ON kernel_audit FOR SELECT USING (((person = pz_person() OR organisation = pz_organisation()) OR deputy_of = pz_person() OR pz_is('system') OR (pz_is('zone') AND (pz_role() IN ('auditor', 'operator', 'administrator') OR object_kind = 'organisation'))));

CREATE POLICY kernel_audit_insert ON kernel_audit FOR INSERT WITH CHECK (true);

CREATE TABLE "clearance_identity" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "buyer" varchar(64) NOT NULL, "name_hash" varchar(64) NOT NULL, "matches" boolean NOT NULL, "authority" varchar(80) NOT NULL, "checked_at" timestamp with time zone NOT NULL, CONSTRAINT "clearance_identity_once" UNIQUE ("buyer", "name_hash"));

CREATE TABLE "clearance_mandate" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kinds" jsonb NOT NULL, "undertaking" varchar(200) NOT NULL, "valid_from" date NOT NULL, "valid_to" date NULL, "agent_id" bigint NOT NULL, "principal_id" bigint NOT NULL);

CREATE TABLE "clearance_urge" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "trade_id" bigint NOT NULL, "party" varchar(12) NOT NULL, "urged_at" timestamp with time zone NOT NULL, "urged_on" date NOT NULL, "organisation_id" bigint NOT NULL, "person_id" bigint NULL, CONSTRAINT "clearance_urge_daily" UNIQUE ("trade_id", "party", "organisation_id", "urged_on"));

ALTER TABLE "clearance_mandate" ADD CONSTRAINT "clearance_mandate_agent_id_c7b1b0e8_fk_kernel_organisation_id" FOREIGN KEY ("agent_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_mandate" ADD CONSTRAINT "clearance_mandate_principal_id_fae7de47_fk_kernel_or" FOREIGN KEY ("principal_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_mandate_agent_id_c7b1b0e8" ON "clearance_mandate" ("agent_id");

CREATE INDEX "clearance_mandate_principal_id_fae7de47" ON "clearance_mandate" ("principal_id");

ALTER TABLE "clearance_urge" ADD CONSTRAINT "clearance_urge_organisation_id_8efc2ee4_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_urge" ADD CONSTRAINT "clearance_urge_person_id_b09c7da9_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_urge_organisation_id_8efc2ee4" ON "clearance_urge" ("organisation_id");

CREATE INDEX "clearance_urge_person_id_b09c7da9" ON "clearance_urge" ("person_id");

CREATE SEQUENCE clearance_id_seq CACHE 1;

CREATE TABLE clearance_message (
    id bigint PRIMARY KEY,
    inbox_id bigint NOT NULL,
    name text NOT NULL,
    flow text NOT NULL,
    guid text NOT NULL,
    sender bigint,
    state text NOT NULL,              -- held, sent, dropped, draft, history, refused
    documents int NOT NULL,
    received_at timestamptz NOT NULL,
    hold_until timestamptz,
    sent_at timestamptz,
    signature jsonb NOT NULL
);
CREATE INDEX clearance_message_held ON clearance_message (hold_until) WHERE state = 'held';
CREATE INDEX clearance_message_inbox ON clearance_message (inbox_id);

CREATE TABLE clearance_document (
    id bigint PRIMARY KEY,
    message_id bigint NOT NULL,
    inbox_id bigint NOT NULL,
    position int NOT NULL,
    kind smallint NOT NULL,           -- engine/kinds.py
    edition text NOT NULL,
    key text NOT NULL,
    trade_hash bigint,
    guid text NOT NULL,
    app_type text NOT NULL,
    app_time text NOT NULL,
    sender bigint,
    parties bigint[] NOT NULL,
    head jsonb NOT NULL,              -- without personal fields
    lines jsonb NOT NULL,
    personal bytea,                   -- sealed: kernel.vault, context clearance.document
    buyer text NOT NULL,
    state text NOT NULL,              -- accepted, draft, refused, history
    reasons jsonb NOT NULL,
    accepted_at timestamptz NOT NULL,
    accepted_on date NOT NULL
);
ALTER TABLE clearance_document ALTER personal SET STORAGE EXTERNAL;
CREATE INDEX clearance_document_trade ON clearance_document (trade_hash) WHERE trade_hash IS NOT NULL;
CREATE INDEX clearance_document_day ON clearance_document USING brin (accepted_at);
CREATE INDEX clearance_document_parties ON clearance_document USING gin (parties);
CREATE INDEX clearance_document_draft ON clearance_document (sender, id) WHERE state = 'draft';

CREATE TABLE clearance_key (
    hash bigint PRIMARY KEY,
    namespace smallint NOT NULL,      -- engine/kinds.py numbers, engine/keys.py from 100 on
    key text NOT NULL,
    document_id bigint NOT NULL,
    trade_hash bigint,
    fingerprint bytea NOT NULL,
    app_time text NOT NULL,
    accepted_on date NOT NULL,
    deleted boolean NOT NULL
);

CREATE TABLE clearance_trade (
    id bigint PRIMARY KEY,
    hash bigint NOT NULL UNIQUE,
    key text NOT NULL,
    flow text NOT NULL,
    mode text NOT NULL,
    order_id bigint,
    payment_id bigint,
    waybill_id bigint,
    list_id bigint,
    receipts_id bigint,
    list_message bigint,
    waybill_hash bigint,
    order_no text NOT NULL,
    pay_no text NOT NULL,
    logistics_no text NOT NULL,
    cop_no text NOT NULL,
    pre_no text NOT NULL,
    invt_no text NOT NULL,
    bill_no text NOT NULL,
    state text NOT NULL,              -- engine/states.py
    customs_status text NOT NULL,
    return_time text NOT NULL,
    missing text[] NOT NULL,
    reasons jsonb NOT NULL,
    holder text NOT NULL,
    firms jsonb NOT NULL,             -- role -> organisation id
    parties bigint[] NOT NULL,
    buyer text NOT NULL,
    customs_code text NOT NULL,
    unit text NOT NULL,
    value numeric(19, 2),
    tax numeric(19, 2),
    assessment jsonb,
    stages jsonb NOT NULL,            -- what -> ISO time
    wait_until timestamptz,
    first_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    accepted_on date,
    history boolean NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX clearance_trade_waybill ON clearance_trade (waybill_hash) WHERE waybill_hash IS NOT NULL;
CREATE INDEX clearance_trade_message ON clearance_trade (list_message) WHERE list_message IS NOT NULL;
CREATE INDEX clearance_trade_waits ON clearance_trade (wait_until) WHERE wait_until IS NOT NULL;
CREATE INDEX clearance_trade_parties ON clearance_trade USING gin (parties);
CREATE INDEX clearance_trade_buyer ON clearance_trade (buyer) WHERE buyer <> '';

CREATE TABLE clearance_receipt (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    document_id bigint,
    trade_id bigint,
    key text NOT NULL,
    return_status text NOT NULL,
    return_time text NOT NULL,
    info text NOT NULL,
    pre_no text NOT NULL,
    invt_no text NOT NULL,
    applied boolean NOT NULL,
    why text NOT NULL,
    inbox_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    parties bigint[] NOT NULL
);
CREATE INDEX clearance_receipt_document ON clearance_receipt (document_id);
CREATE INDEX clearance_receipt_trade ON clearance_receipt (trade_id) WHERE trade_id IS NOT NULL;
CREATE INDEX clearance_receipt_time ON clearance_receipt USING brin (received_at);

ALTER TABLE clearance_message ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_message FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_message_read ON clearance_message FOR SELECT USING ((sender = pz_organisation() OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

ALTER TABLE clearance_document ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_document FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_document_read ON clearance_document FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR ((pz_is('agency') AND pz_unit() = 'zone.tax') AND kind IN (4, 14)) OR pz_is('system')));

ALTER TABLE clearance_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_key FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_key_read ON clearance_key FOR SELECT USING (pz_is('system'));

ALTER TABLE clearance_trade ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_trade FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_trade_read ON clearance_trade FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

ALTER TABLE clearance_receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_receipt FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_receipt_read ON clearance_receipt FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

ALTER TABLE clearance_mandate ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_mandate FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_mandate_read ON clearance_mandate FOR SELECT USING ((principal_id = pz_organisation() OR agent_id = pz_organisation() OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY clearance_mandate_insert ON clearance_mandate FOR INSERT WITH CHECK ((principal_id = pz_organisation() OR pz_is('zone') OR pz_is('system')));

CREATE POLICY clearance_mandate_update ON clearance_mandate FOR UPDATE USING ((principal_id = pz_organisation() OR pz_is('zone') OR pz_is('system'))) WITH CHECK ((principal_id = pz_organisation() OR pz_is('zone') OR pz_is('system')));

ALTER TABLE clearance_identity ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_identity FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_identity_read ON clearance_identity FOR SELECT USING (pz_is('system'));

CREATE POLICY clearance_identity_insert ON clearance_identity FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY clearance_identity_update ON clearance_identity FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE clearance_urge ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_urge FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_urge_read ON clearance_urge FOR SELECT USING ((trade_id IN (SELECT id FROM clearance_trade) OR pz_is('system')));

CREATE POLICY clearance_urge_insert ON clearance_urge FOR INSERT WITH CHECK ((organisation_id = pz_organisation() OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('zone') OR pz_is('system')));

CREATE TRIGGER clearance_mandate_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_mandate FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

DELETE FROM clearance_urge;
DROP POLICY clearance_urge_read ON clearance_urge;
DROP TABLE clearance_receipt, clearance_trade, clearance_key, clearance_document, clearance_message;
DROP SEQUENCE clearance_id_seq;
CREATE SEQUENCE clearance_id_seq CACHE 1 MINVALUE 1 MAXVALUE 274877906943 CYCLE;

CREATE TABLE clearance_message (
    id bigint PRIMARY KEY,
    inbox_id bigint NOT NULL,
    name text NOT NULL,
    edition text NOT NULL,
    flow text NOT NULL,
    guid text NOT NULL,
    sender bigint,
    state text NOT NULL,              -- held, sent, dropped, draft, history, refused
    documents int NOT NULL,
    received_at timestamptz NOT NULL,
    hold_until timestamptz,
    sent_at timestamptz,
    signature jsonb NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX clearance_message_sender ON clearance_message (sender, id);

-- head and lines of a message's documents: MessagePack, zstd, kernel.vault (context clearance.body)
CREATE TABLE clearance_body (
    message_id bigint PRIMARY KEY,
    body bytea NOT NULL
) PARTITION BY RANGE (message_id);
ALTER TABLE clearance_body ALTER body SET STORAGE EXTERNAL;

CREATE TABLE clearance_document (
    id bigint PRIMARY KEY,
    message_id bigint NOT NULL,
    position int NOT NULL,
    kind smallint NOT NULL,           -- engine/kinds.py
    edition text NOT NULL,
    key text NOT NULL,
    trade_hash bigint,
    app_type text NOT NULL,
    app_time text NOT NULL,
    sender bigint,
    parties bigint[] NOT NULL,
    buyer text NOT NULL,
    state text NOT NULL,              -- accepted, draft, refused, history
    reasons jsonb NOT NULL,
    accepted_at timestamptz NOT NULL,
    accepted_on date NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX clearance_document_message ON clearance_document (message_id);
-- cancellations and returns are found by their trade; of a trade's other papers it knows the numbers itself
CREATE INDEX clearance_document_after ON clearance_document (trade_hash) WHERE kind IN (6, 7, 15, 20);
CREATE INDEX clearance_document_draft ON clearance_document (sender, id) WHERE state = 'draft';

-- the one table that is unique over all days; small rows, spread by hash
CREATE TABLE clearance_key (
    hash bigint PRIMARY KEY,
    namespace smallint NOT NULL,      -- engine/kinds.py numbers, engine/keys.py from 100 on
    key text NOT NULL,
    document_id bigint NOT NULL,      -- of a trade's own key (namespace 100): the trade; 0: named, not yet here
    trade_hash bigint,
    fingerprint bigint NOT NULL,      -- of its content; 0 where the key is no document's
    app_time text NOT NULL,
    accepted_on date NOT NULL,
    deleted boolean NOT NULL
) PARTITION BY HASH (hash);

CREATE TABLE clearance_trade (
    id bigint PRIMARY KEY,
    hash bigint NOT NULL,
    key text NOT NULL,
    flow text NOT NULL,
    mode text NOT NULL,
    order_id bigint,
    payment_id bigint,
    waybill_id bigint,
    list_id bigint,
    receipts_id bigint,
    list_message bigint,
    waybill_hash bigint,
    order_no text NOT NULL,
    pay_no text NOT NULL,
    logistics_no text NOT NULL,
    cop_no text NOT NULL,
    pre_no text NOT NULL,
    invt_no text NOT NULL,
    bill_no text NOT NULL,
    state text NOT NULL,              -- engine/states.py
    customs_status text NOT NULL,
    return_time text NOT NULL,
    missing text[] NOT NULL,
    reasons jsonb NOT NULL,
    holder text NOT NULL,
    firms jsonb NOT NULL,             -- role -> organisation id
    parties bigint[] NOT NULL,
    buyer text NOT NULL,
    customs_code text NOT NULL,
    unit text NOT NULL,
    value numeric(19, 2),
    tax numeric(19, 2),
    assessment jsonb,
    stages jsonb NOT NULL,            -- what -> ISO time
    wait_until timestamptz,
    first_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    accepted_on date,
    history boolean NOT NULL
) PARTITION BY RANGE (id);
-- trades whose list names a waybill that is not here yet
CREATE INDEX clearance_trade_lacks ON clearance_trade (waybill_hash) WHERE waybill_id IS NULL AND waybill_hash IS NOT NULL;
CREATE INDEX clearance_trade_waits ON clearance_trade (wait_until) WHERE wait_until IS NOT NULL;
CREATE INDEX clearance_trade_parties ON clearance_trade USING gin (parties);
CREATE INDEX clearance_trade_buyer ON clearance_trade (buyer) WHERE buyer <> '';

CREATE TABLE clearance_receipt (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    document_id bigint,
    trade_id bigint,
    key text NOT NULL,
    return_status text NOT NULL,
    return_time text NOT NULL,
    info text NOT NULL,
    pre_no text NOT NULL,
    invt_no text NOT NULL,
    applied boolean NOT NULL,
    why text NOT NULL,
    inbox_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    parties bigint[] NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX clearance_receipt_document ON clearance_receipt (document_id);
CREATE INDEX clearance_receipt_trade ON clearance_receipt (trade_id) WHERE trade_id IS NOT NULL;
-- the numbers of trades by the hashes of their keys, for callers who see no key: the trades themselves stay protected
CREATE FUNCTION clearance_find(wanted bigint[]) RETURNS TABLE (hash bigint, key text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT k.hash, k.key, k.document_id FROM clearance_key k WHERE k.hash = ANY (wanted) AND k.namespace = 100
$$;
REVOKE ALL ON FUNCTION clearance_find(bigint[]) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_find(bigint[]) TO pz_web, pz_flood;
    END IF;
END $$;
DO $$ BEGIN
    FOR n IN 0..15 LOOP
        EXECUTE format('CREATE TABLE clearance_key_p%s PARTITION OF clearance_key FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                       lpad(n::text, 2, '0'), n);
        IF to_regrole('pz_web') IS NOT NULL THEN
            EXECUTE format('REVOKE ALL ON clearance_key_p%s FROM pz_web', lpad(n::text, 2, '0'));
        END IF;
    END LOOP;
END $$;

ALTER TABLE clearance_message ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_message FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_message_read ON clearance_message FOR SELECT USING ((sender = pz_organisation() OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

ALTER TABLE clearance_body ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_body FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_body_read ON clearance_body FOR SELECT USING (EXISTS (SELECT 1 FROM clearance_document d WHERE d.message_id = clearance_body.message_id));

ALTER TABLE clearance_document ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_document FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_document_read ON clearance_document FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR ((pz_is('agency') AND pz_unit() = 'zone.tax') AND kind IN (4, 14)) OR pz_is('system')));

ALTER TABLE clearance_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_key FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_key_read ON clearance_key FOR SELECT USING (pz_is('system'));

ALTER TABLE clearance_trade ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_trade FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_trade_read ON clearance_trade FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

ALTER TABLE clearance_receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_receipt FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_receipt_read ON clearance_receipt FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

CREATE POLICY clearance_urge_read ON clearance_urge FOR SELECT USING (trade_id IN (SELECT id FROM clearance_trade) OR pz_is('system'));

ALTER TABLE "clearance_identity" ADD COLUMN "valid_to" date NULL;

ALTER TABLE "clearance_identity" ADD COLUMN "asked_by_id" bigint NULL CONSTRAINT "clearance_identity_asked_by_id_08b7bb3e_fk_kernel_or" REFERENCES "kernel_organisation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "clearance_identity_asked_by_id_08b7bb3e_fk_kernel_or" IMMEDIATE;

CREATE TABLE "clearance_buyercheck" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "asked_at" timestamp with time zone NOT NULL, "channel" varchar(8) NOT NULL, "authority" varchar(80) NOT NULL, "valid_to" date NOT NULL, "total" integer NOT NULL, "matched" integer NOT NULL, "mismatched" integer NOT NULL, "refused" integer NOT NULL, "organisation_id" bigint NOT NULL, "person_id" bigint NULL);

CREATE TABLE "clearance_buyeranswer" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "position" integer NOT NULL, "ref" varchar(40) NOT NULL, "buyer" varchar(64) NOT NULL, "outcome" varchar(10) NOT NULL, "findings" jsonb NOT NULL, "check_list_id" bigint NOT NULL, CONSTRAINT "clearance_answer_once" UNIQUE ("check_list_id", "position"));

ALTER TABLE clearance_buyercheck ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_buyercheck FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_buyercheck_read ON clearance_buyercheck FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

CREATE POLICY clearance_buyercheck_insert ON clearance_buyercheck FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

ALTER TABLE clearance_buyeranswer ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_buyeranswer FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_buyeranswer_read ON clearance_buyeranswer FOR SELECT USING (check_list_id IN (SELECT id FROM clearance_buyercheck));

CREATE POLICY clearance_buyeranswer_insert ON clearance_buyeranswer FOR INSERT WITH CHECK (check_list_id IN (SELECT id FROM clearance_buyercheck));

CREATE TRIGGER clearance_buyercheck_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_buyercheck FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE INDEX "clearance_identity_asked_by_id_08b7bb3e" ON "clearance_identity" ("asked_by_id");

ALTER TABLE "clearance_buyercheck" ADD CONSTRAINT "clearance_buyercheck_organisation_id_c7cd2df8_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_buyercheck" ADD CONSTRAINT "clearance_buyercheck_person_id_251303ac_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_buyercheck_organisation_id_c7cd2df8" ON "clearance_buyercheck" ("organisation_id");

CREATE INDEX "clearance_buyercheck_person_id_251303ac" ON "clearance_buyercheck" ("person_id");

ALTER TABLE "clearance_buyeranswer" ADD CONSTRAINT "clearance_buyeranswe_check_list_id_c847436a_fk_clearance" FOREIGN KEY ("check_list_id") REFERENCES "clearance_buyercheck" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_buyeranswer_check_list_id_c847436a" ON "clearance_buyeranswer" ("check_list_id");

CREATE TABLE "clearance_signing" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "batch" uuid NOT NULL, "position" smallint NOT NULL, "message" varchar(20) NOT NULL, "algorithm" varchar(16) NOT NULL, "certificate" varchar(64) NOT NULL, "drafts" bigint[] NOT NULL, "body" bytea NOT NULL, "made_at" timestamp with time zone NOT NULL, "receipt" varchar(32) NOT NULL, "signed_at" timestamp with time zone NULL, "organisation_id" bigint NOT NULL, "person_id" bigint NULL, CONSTRAINT "clearance_signing_place" UNIQUE ("batch", "position"));

ALTER TABLE clearance_signing ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_signing FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_signing_read ON clearance_signing FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY clearance_signing_insert ON clearance_signing FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY clearance_signing_update ON clearance_signing FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY clearance_signing_delete ON clearance_signing FOR DELETE USING (((pz_is('enterprise') AND organisation_id = pz_organisation() AND receipt = '') OR pz_is('system')));

CREATE TRIGGER clearance_signing_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_signing FOR EACH ROW EXECUTE FUNCTION pz_audit_row('body');

ALTER TABLE "clearance_signing" ADD CONSTRAINT "clearance_signing_organisation_id_9d78e3b4_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_signing" ADD CONSTRAINT "clearance_signing_person_id_28f0ab5c_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_signing_organisation_id_9d78e3b4" ON "clearance_signing" ("organisation_id");

CREATE INDEX "clearance_signing_person_id_28f0ab5c" ON "clearance_signing" ("person_id");

CREATE INDEX "clearance_signing_firm" ON "clearance_signing" ("organisation_id", "receipt");

CREATE TABLE "clearance_paymentdata" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "pay_code" varchar(18) NOT NULL, "pay_transaction" varchar(60) NOT NULL, "orders" varchar(60)[] NOT NULL, "amount" numeric(19, 5) NOT NULL, "currency" varchar(4) NOT NULL, "traded" varchar(14) NOT NULL, "body" bytea NOT NULL, "channel" varchar(10) NOT NULL, "deposited_at" timestamp with time zone NOT NULL, "keep_until" date NOT NULL, "organisation_id" bigint NOT NULL, CONSTRAINT "clearance_paymentdata_once" UNIQUE ("organisation_id", "pay_code", "pay_transaction"));

CREATE TABLE "clearance_paymentrequest" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "order_no" varchar(60) NOT NULL, "session" varchar(36) NOT NULL, "service_time" varchar(13) NOT NULL, "asked_at" timestamp with time zone NOT NULL, "due_at" timestamp with time zone NULL, "state" varchar(10) NOT NULL, "composed" bytea NOT NULL, "composed_at" timestamp with time zone NULL, "uploads" smallint NOT NULL, "certificate" varchar(64) NOT NULL, "answer_code" varchar(8) NOT NULL, "answer_message" varchar(1000) NOT NULL, "answered_at" timestamp with time zone NULL, "organisation_id" bigint NOT NULL, CONSTRAINT "clearance_paymentrequest_once" UNIQUE ("organisation_id", "session"));

ALTER TABLE clearance_paymentdata ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_paymentdata FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_paymentdata_read ON clearance_paymentdata FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY clearance_paymentdata_insert ON clearance_paymentdata FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_paymentdata_update ON clearance_paymentdata FOR UPDATE USING ((pz_is('enterprise') AND organisation_id = pz_organisation())) WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_paymentdata_delete ON clearance_paymentdata FOR DELETE USING (pz_is('system'));

CREATE TRIGGER clearance_paymentdata_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_paymentdata FOR EACH ROW EXECUTE FUNCTION pz_audit_row('body');

ALTER TABLE clearance_paymentrequest ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_paymentrequest FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_paymentrequest_read ON clearance_paymentrequest FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

CREATE POLICY clearance_paymentrequest_insert ON clearance_paymentrequest FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY clearance_paymentrequest_update ON clearance_paymentrequest FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE TRIGGER clearance_paymentrequest_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_paymentrequest FOR EACH ROW EXECUTE FUNCTION pz_audit_row('composed');

ALTER TABLE "clearance_paymentdata" ADD CONSTRAINT "clearance_paymentdat_organisation_id_d5e3426a_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_paymentdata_organisation_id_d5e3426a" ON "clearance_paymentdata" ("organisation_id");

CREATE INDEX "clearance_paymentdata_orders" ON "clearance_paymentdata" USING gin ("orders");

CREATE INDEX "clearance_paymentdata_until" ON "clearance_paymentdata" ("keep_until");

ALTER TABLE "clearance_paymentrequest" ADD CONSTRAINT "clearance_paymentreq_organisation_id_0db1b617_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_paymentrequest_organisation_id_0db1b617" ON "clearance_paymentrequest" ("organisation_id");

CREATE INDEX "clearance_paymentreq_state" ON "clearance_paymentrequest" ("organisation_id", "state");

CREATE FUNCTION clearance_trade_leaf(leaf text, closed boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF closed THEN
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (state, id) INCLUDE (customs_code, history)', leaf || '_state', leaf);
    ELSE
        EXECUTE format('ALTER TABLE %I SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05,'
                       ' autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.05)', leaf);
    END IF;
END $$;
REVOKE ALL ON FUNCTION clearance_trade_leaf(text, boolean) FROM PUBLIC;
DO $$ DECLARE leaf text; BEGIN
    FOR leaf IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'clearance_trade'::regclass LOOP
        PERFORM clearance_trade_leaf(leaf, leaf LIKE 'clearance\_trade\_m%');
    END LOOP;
END $$;

-- whose trades the caller sees, as a condition; NULL: none. The policy of clearance_trade is asked again for every row told.
CREATE FUNCTION clearance_seen() RETURNS text LANGUAGE plpgsql STABLE SET search_path = public AS $$
DECLARE arms text[] := ARRAY[]::text[];
BEGIN
    IF ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')) THEN RETURN 'true'; END IF;
    IF pz_organisation() IS NOT NULL THEN
        arms := arms || format('parties @> ARRAY[%s]::bigint[]', pz_organisation());
    END IF;
    IF pz_is('consumer') AND pz_buyer() <> '' THEN
        arms := arms || format('(buyer <> '''' AND buyer = %L)', pz_buyer());
    END IF;
    RETURN nullif(array_to_string(arms, ' OR '), '');
END $$;

-- the numbers of the trades the caller sees and asks for, the newest first, at most so many. Leaves are read one by
-- one, the newest first, each planned with the values asked for, until there are enough
CREATE FUNCTION clearance_page(asked jsonb, most int) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    seen text := clearance_seen();
    told bigint[] := ARRAY[]::bigint[];
    part bigint[];
    want text;
    leaf text;
    name text;
    low bigint := coalesce((asked->>'low')::bigint, 0);
    high bigint := coalesce((asked->>'high')::bigint, 9223372036854775807);
BEGIN
    IF seen IS NULL THEN RETURN told; END IF;
    want := format('(%s) AND id >= %s AND id < %s AND history = %L', seen, low, high, coalesce((asked->>'history')::boolean, false));
    FOREACH name IN ARRAY ARRAY['flow', 'mode', 'customs_code', 'unit'] LOOP
        IF asked ? name THEN want := want || format(' AND %I = %L', name, asked->>name); END IF;
    END LOOP;
    IF asked ? 'state' THEN
        -- one state alone can be read in order from the index of a closed month
        want := want || CASE jsonb_array_length(asked->'state')
            WHEN 1 THEN format(' AND state = %L', asked->'state'->>0)
            ELSE format(' AND state = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(asked->'state'))) END;
    END IF;
    IF asked ? 'holder' THEN want := want || format(' AND position(%L in holder) > 0', asked->>'holder'); END IF;
    IF asked ? 'mine' THEN
        want := want || format(' AND holder <> '''' AND EXISTS (SELECT 1 FROM jsonb_each_text(%L::jsonb) r'
            ' WHERE position(r.key in holder) > 0 AND firms->>r.value = %L)', asked->'mine', coalesce(pz_organisation()::text, ''));
    END IF;
    IF asked ? 'since' THEN want := want || format(' AND first_at >= %L', (asked->>'since')::timestamptz); END IF;
    IF asked ? 'before' THEN want := want || format(' AND first_at < %L', (asked->>'before')::timestamptz); END IF;
    IF asked ? 'ids' THEN
        EXECUTE 'SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM clearance_trade WHERE id = ANY ($2) AND ' || want
            || ' ORDER BY id DESC LIMIT $1) x' INTO part USING most, ARRAY(SELECT jsonb_array_elements_text(asked->'ids')::bigint);
        RETURN coalesce(part, told);
    END IF;
    FOR leaf IN SELECT relname FROM clearance_leaves(low, high) LOOP
        EXECUTE format('SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM %I WHERE %s ORDER BY id DESC LIMIT %s) x',
                       leaf, want, most - cardinality(told)) INTO part;
        told := told || coalesce(part, ARRAY[]::bigint[]);
        EXIT WHEN cardinality(told) >= most;
    END LOOP;
    RETURN told;
END $$;

-- the leaves of clearance_trade with numbers from low to high, the newest first
CREATE FUNCTION clearance_leaves(low bigint, high bigint) RETURNS TABLE (relname text)
LANGUAGE sql STABLE SET search_path = public AS $$
    WITH l AS MATERIALIZED (  -- names of other tables must not be read as days
        SELECT c.relname::text AS name, substring(c.relname from '[dm](\d+)$') AS days
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'clearance_trade'::regclass
    )
    SELECT name FROM l
    WHERE pz_first_id(to_date(rpad(days, 8, '01'), 'YYYYMMDD')) < high AND low < pz_first_id(CASE length(days)
        WHEN 8 THEN to_date(days, 'YYYYMMDD') + 1 ELSE (to_date(days || '01', 'YYYYMMDD') + interval '1 month')::date END)
    ORDER BY days DESC
$$;

-- how many trades the caller sees stand in these states, by customs district
CREATE FUNCTION clearance_standing(wanted text[]) RETURNS TABLE (customs_code text, state text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := clearance_seen();
BEGIN
    IF seen IS NULL THEN RETURN; END IF;
    RETURN QUERY EXECUTE format('SELECT customs_code, state, count(*) FROM clearance_trade WHERE (%s) AND NOT history'
        ' AND state = ANY (%L) GROUP BY 1, 2 ORDER BY 1, 2', seen, wanted);
END $$;

-- the trades that know one of these keys (hash and text): order numbers, pre-entry numbers, list numbers
CREATE FUNCTION clearance_numbered(wanted bigint[], typed text) RETURNS TABLE (number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT t.document_id FROM clearance_key k JOIN clearance_key t ON t.hash = k.trade_hash AND t.namespace = 100
    WHERE k.hash = ANY (wanted) AND k.key = typed AND k.namespace IN (102, 103, 104)
$$;
REVOKE ALL ON FUNCTION clearance_seen(), clearance_page(jsonb, int), clearance_leaves(bigint, bigint),
    clearance_standing(text[]), clearance_numbered(bigint[], text) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_page(jsonb, int), clearance_standing(text[]), clearance_numbered(bigint[], text)
            TO pz_web, pz_flood;
    END IF;
END $$;
-- asked for each urge by the trade's number, never by a list of all trades
DROP POLICY clearance_urge_read ON clearance_urge;
CREATE POLICY clearance_urge_read ON clearance_urge FOR SELECT
    USING (pz_is('system') OR EXISTS (SELECT 1 FROM clearance_trade t WHERE t.id = trade_id));

-- trades of a day by where they stand, the past left out
CREATE TABLE clearance_stand (
    day date NOT NULL, customs_code text NOT NULL, flow text NOT NULL, mode text NOT NULL, state text NOT NULL,
    holder text NOT NULL, n bigint NOT NULL, PRIMARY KEY (day, customs_code, flow, mode, state, holder)
) WITH (fillfactor = 70);
-- trades of a day that wait for a firm in a role it plays there
CREATE TABLE clearance_turn (
    firm bigint NOT NULL, day date NOT NULL, state text NOT NULL, n bigint NOT NULL, PRIMARY KEY (firm, day, state)
) WITH (fillfactor = 70);
-- trades by why they stand refused
CREATE TABLE clearance_reason (
    code text NOT NULL, official text NOT NULL, whose text NOT NULL, zh text NOT NULL, en text NOT NULL, n bigint NOT NULL,
    PRIMARY KEY (code, official, whose)
) WITH (fillfactor = 70);

ALTER TABLE clearance_stand ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_stand FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_stand_read ON clearance_stand FOR SELECT USING (pz_is('system'));

ALTER TABLE clearance_turn ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_turn FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_turn_read ON clearance_turn FOR SELECT USING (pz_is('system'));

ALTER TABLE clearance_reason ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_reason FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_reason_read ON clearance_reason FOR SELECT USING (pz_is('system'));

CREATE FUNCTION clearance_count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN INSERT INTO clearance_stand AS c (day, customs_code, flow, mode, state, holder, n)
        SELECT day, customs_code, flow, mode, state, holder, sum(n) FROM (SELECT (date '2000-01-01' + (id >> 38)::int) AS day, customs_code, flow, mode, state, holder, 1 AS n FROM news WHERE NOT history) x GROUP BY day, customs_code, flow, mode, state, holder HAVING sum(n) <> 0 ORDER BY day, customs_code, flow, mode, state, holder
        ON CONFLICT (day, customs_code, flow, mode, state, holder) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_turn AS c (firm, day, state, n)
        SELECT firm, day, state, sum(n) FROM (SELECT DISTINCT id, (firms->>r.role)::bigint AS firm, (date '2000-01-01' + (id >> 38)::int) AS day, state, 1 AS n FROM news JOIN (VALUES ('ebp', 'ebp'), ('ebc', 'ebc'), ('pay', 'pay'), ('logi', 'logi'), ('declarant', 'agent'), ('area', 'area')) r(word, role) ON position(r.word in holder) > 0 AND firms ? r.role WHERE NOT history AND holder NOT IN ('', 'customs')) x GROUP BY firm, day, state HAVING sum(n) <> 0 ORDER BY firm, day, state
        ON CONFLICT (firm, day, state) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_reason AS c (code, official, whose, n, zh, en)
        SELECT code, official, whose, sum(n), min(zh), min(en) FROM (SELECT id, r->>'code' AS code, coalesce(r->>'official', '') AS official, coalesce(r->>'whose', '') AS whose, min(coalesce(r->>'zh', '')) AS zh, min(coalesce(r->>'en', '')) AS en, 1 AS n FROM news CROSS JOIN jsonb_array_elements(reasons) r WHERE NOT history AND state IN ('refused', 'expired', 'returned', 'error') AND r->>'weight' = 'refuses' GROUP BY 1, 2, 3, 4) x GROUP BY code, official, whose HAVING sum(n) <> 0 ORDER BY code, official, whose
        ON CONFLICT (code, official, whose) DO UPDATE SET n = c.n + excluded.n;
    ELSIF TG_OP = 'DELETE' THEN INSERT INTO clearance_stand AS c (day, customs_code, flow, mode, state, holder, n)
        SELECT day, customs_code, flow, mode, state, holder, sum(n) FROM (SELECT (date '2000-01-01' + (id >> 38)::int) AS day, customs_code, flow, mode, state, holder, -1 AS n FROM olds WHERE NOT history) x GROUP BY day, customs_code, flow, mode, state, holder HAVING sum(n) <> 0 ORDER BY day, customs_code, flow, mode, state, holder
        ON CONFLICT (day, customs_code, flow, mode, state, holder) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_turn AS c (firm, day, state, n)
        SELECT firm, day, state, sum(n) FROM (SELECT DISTINCT id, (firms->>r.role)::bigint AS firm, (date '2000-01-01' + (id >> 38)::int) AS day, state, -1 AS n FROM olds JOIN (VALUES ('ebp', 'ebp'), ('ebc', 'ebc'), ('pay', 'pay'), ('logi', 'logi'), ('declarant', 'agent'), ('area', 'area')) r(word, role) ON position(r.word in holder) > 0 AND firms ? r.role WHERE NOT history AND holder NOT IN ('', 'customs')) x GROUP BY firm, day, state HAVING sum(n) <> 0 ORDER BY firm, day, state
        ON CONFLICT (firm, day, state) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_reason AS c (code, official, whose, n, zh, en)
        SELECT code, official, whose, sum(n), min(zh), min(en) FROM (SELECT id, r->>'code' AS code, coalesce(r->>'official', '') AS official, coalesce(r->>'whose', '') AS whose, min(coalesce(r->>'zh', '')) AS zh, min(coalesce(r->>'en', '')) AS en, -1 AS n FROM olds CROSS JOIN jsonb_array_elements(reasons) r WHERE NOT history AND state IN ('refused', 'expired', 'returned', 'error') AND r->>'weight' = 'refuses' GROUP BY 1, 2, 3, 4) x GROUP BY code, official, whose HAVING sum(n) <> 0 ORDER BY code, official, whose
        ON CONFLICT (code, official, whose) DO UPDATE SET n = c.n + excluded.n;
    ELSE INSERT INTO clearance_stand AS c (day, customs_code, flow, mode, state, holder, n)
        SELECT day, customs_code, flow, mode, state, holder, sum(n) FROM (SELECT (date '2000-01-01' + (id >> 38)::int) AS day, customs_code, flow, mode, state, holder, 1 AS n FROM news WHERE NOT history UNION ALL SELECT (date '2000-01-01' + (id >> 38)::int) AS day, customs_code, flow, mode, state, holder, -1 AS n FROM olds WHERE NOT history) x GROUP BY day, customs_code, flow, mode, state, holder HAVING sum(n) <> 0 ORDER BY day, customs_code, flow, mode, state, holder
        ON CONFLICT (day, customs_code, flow, mode, state, holder) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_turn AS c (firm, day, state, n)
        SELECT firm, day, state, sum(n) FROM (SELECT DISTINCT id, (firms->>r.role)::bigint AS firm, (date '2000-01-01' + (id >> 38)::int) AS day, state, 1 AS n FROM news JOIN (VALUES ('ebp', 'ebp'), ('ebc', 'ebc'), ('pay', 'pay'), ('logi', 'logi'), ('declarant', 'agent'), ('area', 'area')) r(word, role) ON position(r.word in holder) > 0 AND firms ? r.role WHERE NOT history AND holder NOT IN ('', 'customs') UNION ALL SELECT DISTINCT id, (firms->>r.role)::bigint AS firm, (date '2000-01-01' + (id >> 38)::int) AS day, state, -1 AS n FROM olds JOIN (VALUES ('ebp', 'ebp'), ('ebc', 'ebc'), ('pay', 'pay'), ('logi', 'logi'), ('declarant', 'agent'), ('area', 'area')) r(word, role) ON position(r.word in holder) > 0 AND firms ? r.role WHERE NOT history AND holder NOT IN ('', 'customs')) x GROUP BY firm, day, state HAVING sum(n) <> 0 ORDER BY firm, day, state
        ON CONFLICT (firm, day, state) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_reason AS c (code, official, whose, n, zh, en)
        SELECT code, official, whose, sum(n), min(zh), min(en) FROM (SELECT id, r->>'code' AS code, coalesce(r->>'official', '') AS official, coalesce(r->>'whose', '') AS whose, min(coalesce(r->>'zh', '')) AS zh, min(coalesce(r->>'en', '')) AS en, 1 AS n FROM news CROSS JOIN jsonb_array_elements(reasons) r WHERE NOT history AND state IN ('refused', 'expired', 'returned', 'error') AND r->>'weight' = 'refuses' GROUP BY 1, 2, 3, 4 UNION ALL SELECT id, r->>'code' AS code, coalesce(r->>'official', '') AS official, coalesce(r->>'whose', '') AS whose, min(coalesce(r->>'zh', '')) AS zh, min(coalesce(r->>'en', '')) AS en, -1 AS n FROM olds CROSS JOIN jsonb_array_elements(reasons) r WHERE NOT history AND state IN ('refused', 'expired', 'returned', 'error') AND r->>'weight' = 'refuses' GROUP BY 1, 2, 3, 4) x GROUP BY code, official, whose HAVING sum(n) <> 0 ORDER BY code, official, whose
        ON CONFLICT (code, official, whose) DO UPDATE SET n = c.n + excluded.n;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION clearance_count() FROM PUBLIC;
CREATE TRIGGER clearance_trade_counted_in AFTER INSERT ON clearance_trade
    REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION clearance_count();
CREATE TRIGGER clearance_trade_counted_on AFTER UPDATE ON clearance_trade
    REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION clearance_count();
CREATE TRIGGER clearance_trade_counted_out AFTER DELETE ON clearance_trade
    REFERENCING OLD TABLE AS olds FOR EACH STATEMENT EXECUTE FUNCTION clearance_count();

INSERT INTO clearance_stand AS c (day, customs_code, flow, mode, state, holder, n)
        SELECT day, customs_code, flow, mode, state, holder, sum(n) FROM (SELECT (date '2000-01-01' + (id >> 38)::int) AS day, customs_code, flow, mode, state, holder, 1 AS n FROM clearance_trade WHERE NOT history) x GROUP BY day, customs_code, flow, mode, state, holder HAVING sum(n) <> 0 ORDER BY day, customs_code, flow, mode, state, holder
        ON CONFLICT (day, customs_code, flow, mode, state, holder) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_turn AS c (firm, day, state, n)
        SELECT firm, day, state, sum(n) FROM (SELECT DISTINCT id, (firms->>r.role)::bigint AS firm, (date '2000-01-01' + (id >> 38)::int) AS day, state, 1 AS n FROM clearance_trade JOIN (VALUES ('ebp', 'ebp'), ('ebc', 'ebc'), ('pay', 'pay'), ('logi', 'logi'), ('declarant', 'agent'), ('area', 'area')) r(word, role) ON position(r.word in holder) > 0 AND firms ? r.role WHERE NOT history AND holder NOT IN ('', 'customs')) x GROUP BY firm, day, state HAVING sum(n) <> 0 ORDER BY firm, day, state
        ON CONFLICT (firm, day, state) DO UPDATE SET n = c.n + excluded.n;INSERT INTO clearance_reason AS c (code, official, whose, n, zh, en)
        SELECT code, official, whose, sum(n), min(zh), min(en) FROM (SELECT id, r->>'code' AS code, coalesce(r->>'official', '') AS official, coalesce(r->>'whose', '') AS whose, min(coalesce(r->>'zh', '')) AS zh, min(coalesce(r->>'en', '')) AS en, 1 AS n FROM clearance_trade CROSS JOIN jsonb_array_elements(reasons) r WHERE NOT history AND state IN ('refused', 'expired', 'returned', 'error') AND r->>'weight' = 'refuses' GROUP BY 1, 2, 3, 4) x GROUP BY code, official, whose HAVING sum(n) <> 0 ORDER BY code, official, whose
        ON CONFLICT (code, official, whose) DO UPDATE SET n = c.n + excluded.n;

DROP FUNCTION clearance_page(jsonb, int);
DROP FUNCTION clearance_standing(text[]);
DROP FUNCTION clearance_leaves(bigint, bigint);

-- the ranges of numbers in which something may be found, the newest first: days of a leaf, so many together as hold about
-- fifty thousand trades
CREATE FUNCTION clearance_stretches(low bigint, high bigint) RETURNS TABLE (leaf text, first bigint, next bigint)
LANGUAGE plpgsql STABLE SET search_path = public AS $$
DECLARE
    one record;
    upper date;
    days int;
BEGIN
    FOR one IN
        WITH l AS MATERIALIZED (  -- names of other tables must not be read as days
            SELECT c.relname::text AS name, substring(c.relname from '[dm](\d+)$') AS days, greatest(c.reltuples, 0) AS rows
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'clearance_trade'::regclass
        ), spans AS (
            SELECT l.name, l.rows, to_date(rpad(l.days, 8, '01'), 'YYYYMMDD') AS began, CASE length(l.days)
                WHEN 8 THEN to_date(l.days, 'YYYYMMDD') + 1
                ELSE (to_date(l.days || '01', 'YYYYMMDD') + interval '1 month')::date END AS ended FROM l
        )
        SELECT * FROM spans WHERE pz_first_id(began) < high AND low < pz_first_id(ended) ORDER BY began DESC
    LOOP
        days := greatest(1, least(one.ended - one.began, floor((one.ended - one.began) * 50000 / greatest(one.rows, 1))));
        upper := one.ended;
        WHILE upper > one.began LOOP
            leaf := one.name;
            first := pz_first_id(greatest(one.began, upper - days));
            next := pz_first_id(upper);
            IF first < high AND low < next THEN RETURN NEXT; END IF;
            upper := upper - days;
        END LOOP;
    END LOOP;
END $$;

-- the days on which something stands as asked for; NULL: any may
CREATE FUNCTION clearance_days(asked jsonb) RETURNS date[] LANGUAGE plpgsql STABLE SET search_path = public AS $$
DECLARE
    want text := '';
    name text;
    days date[];
    turns date[];
BEGIN
    IF coalesce((asked->>'history')::boolean, false) THEN RETURN NULL; END IF;
    FOREACH name IN ARRAY ARRAY['flow', 'mode', 'customs_code'] LOOP
        IF asked ? name THEN want := want || format(' AND %I = %L', name, asked->>name); END IF;
    END LOOP;
    IF asked ? 'holder' THEN want := want || format(' AND position(%L in holder) > 0', asked->>'holder'); END IF;
    IF asked ? 'state' THEN
        want := want || format(' AND state = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(asked->'state')));
    END IF;
    IF want <> '' THEN
        EXECUTE 'SELECT coalesce(array_agg(DISTINCT day), ''{}'') FROM clearance_stand WHERE n > 0' || want INTO days;
    END IF;
    IF asked ? 'mine' THEN
        SELECT coalesce(array_agg(DISTINCT day), '{}') INTO turns FROM clearance_turn
        WHERE firm = pz_organisation() AND n > 0
          AND (NOT asked ? 'state' OR state IN (SELECT jsonb_array_elements_text(asked->'state')));
        days := CASE WHEN days IS NULL THEN turns ELSE ARRAY(SELECT unnest(days) INTERSECT SELECT unnest(turns)) END;
    END IF;
    RETURN days;
END $$;

-- the numbers of the trades the caller sees and asks for, the newest first, at most so many. Stretches are read one by one,
-- the newest first, each planned with the values asked for, until there are enough or the time is over; then `back` is
-- the number below which nobody has looked yet
CREATE FUNCTION clearance_page(asked jsonb, most int, within interval, OUT told bigint[], OUT back bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    seen text := clearance_seen();
    part bigint[];
    want text;
    name text;
    one record;
    days date[];
    low bigint := coalesce((asked->>'low')::bigint, 0);
    high bigint := coalesce((asked->>'high')::bigint, 9223372036854775807);
    ends timestamptz := clock_timestamp() + within;
    looked boolean := false;  -- the first stretch always is, so that who goes on comes further
BEGIN
    told := ARRAY[]::bigint[];
    IF seen IS NULL THEN RETURN; END IF;
    want := format('(%s) AND history = %L', seen, coalesce((asked->>'history')::boolean, false));
    FOREACH name IN ARRAY ARRAY['flow', 'mode', 'customs_code', 'unit'] LOOP
        IF asked ? name THEN want := want || format(' AND %I = %L', name, asked->>name); END IF;
    END LOOP;
    IF asked ? 'state' THEN
        -- one state alone can be read in order from the index of a closed month
        want := want || CASE jsonb_array_length(asked->'state')
            WHEN 1 THEN format(' AND state = %L', asked->'state'->>0)
            ELSE format(' AND state = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(asked->'state'))) END;
    END IF;
    IF asked ? 'holder' THEN want := want || format(' AND position(%L in holder) > 0', asked->>'holder'); END IF;
    IF asked ? 'mine' THEN
        want := want || format(' AND holder <> '''' AND EXISTS (SELECT 1 FROM jsonb_each_text(%L::jsonb) r'
            ' WHERE position(r.key in holder) > 0 AND firms->>r.value = %L)', asked->'mine', coalesce(pz_organisation()::text, ''));
    END IF;
    IF asked ? 'since' THEN want := want || format(' AND first_at >= %L', (asked->>'since')::timestamptz); END IF;
    IF asked ? 'before' THEN want := want || format(' AND first_at < %L', (asked->>'before')::timestamptz); END IF;
    IF asked ? 'ids' THEN
        EXECUTE 'SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM clearance_trade WHERE id = ANY ($2) AND id >= $3'
            || ' AND id < $4 AND ' || want || ' ORDER BY id DESC LIMIT $1) x'
            INTO part USING most, ARRAY(SELECT jsonb_array_elements_text(asked->'ids')::bigint), low, high;
        told := coalesce(part, told);
        RETURN;
    END IF;
    days := clearance_days(asked);
    IF days = '{}' THEN RETURN; END IF;
    FOR one IN SELECT * FROM clearance_stretches(low, high) LOOP
        CONTINUE WHEN days IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM unnest(days) d WHERE pz_first_id(d) >= one.first AND pz_first_id(d) < one.next);
        IF looked AND clock_timestamp() > ends THEN
            back := one.next;
            RETURN;
        END IF;
        EXECUTE format('SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM %I WHERE id >= %s AND id < %s AND %s'
                       ' ORDER BY id DESC LIMIT %s) x',
                       one.leaf, greatest(low, one.first), least(high, one.next), want, most - cardinality(told)) INTO part;
        looked := true;
        told := told || coalesce(part, ARRAY[]::bigint[]);
        EXIT WHEN cardinality(told) >= most;
    END LOOP;
END $$;

-- how many trades the caller sees stand in these states, by customs district; who sees all is told by the counters
CREATE FUNCTION clearance_standing(wanted text[]) RETURNS TABLE (customs_code text, state text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := clearance_seen();
BEGIN
    IF seen IS NULL THEN RETURN; END IF;
    IF seen = 'true' THEN
        RETURN QUERY SELECT s.customs_code, s.state, sum(s.n)::bigint FROM clearance_stand s WHERE s.n > 0
            AND s.state = ANY (wanted) GROUP BY 1, 2 ORDER BY 1, 2;
    ELSE
        RETURN QUERY EXECUTE format('SELECT customs_code, state, count(*) FROM clearance_trade WHERE (%s) AND NOT history'
            ' AND state = ANY (%L) GROUP BY 1, 2 ORDER BY 1, 2', seen, wanted);
    END IF;
END $$;

-- why trades stand refused, told to who sees all of them and to nobody else
CREATE FUNCTION clearance_findings(most int)
RETURNS TABLE (code text, official text, whose text, n bigint, zh text, en text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF clearance_seen() IS DISTINCT FROM 'true' THEN RETURN; END IF;
    RETURN QUERY SELECT f.code, f.official, f.whose, f.n, f.zh, f.en FROM clearance_reason f WHERE f.n > 0
        ORDER BY f.n DESC, f.code LIMIT most;
END $$;

-- how many trades wait for the caller's firm in a role it plays there, by state
CREATE FUNCTION clearance_turns() RETURNS TABLE (state text, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT t.state, sum(t.n)::bigint FROM clearance_turn t WHERE t.firm = pz_organisation() AND t.n > 0 GROUP BY 1
$$;
REVOKE ALL ON FUNCTION clearance_page(jsonb, int, interval), clearance_stretches(bigint, bigint), clearance_days(jsonb),
    clearance_standing(text[]), clearance_findings(int), clearance_turns() FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_page(jsonb, int, interval), clearance_standing(text[]), clearance_findings(int),
            clearance_turns() TO pz_web, pz_flood;
    END IF;
END $$;

ALTER TABLE "clearance_mandate" ADD COLUMN "given_at" timestamp with time zone NULL;

ALTER TABLE "clearance_mandate" ADD COLUMN "given_by_id" bigint NULL CONSTRAINT "clearance_mandate_given_by_id_41e28079_fk_kernel_person_id" REFERENCES "kernel_person"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "clearance_mandate_given_by_id_41e28079_fk_kernel_person_id" IMMEDIATE;

ALTER TABLE "clearance_mandate" ADD COLUMN "revoked_at" timestamp with time zone NULL;

ALTER TABLE "clearance_mandate" ADD COLUMN "revoked_by_id" bigint NULL CONSTRAINT "clearance_mandate_revoked_by_id_bf8f0c9b_fk_kernel_person_id" REFERENCES "kernel_person"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "clearance_mandate_revoked_by_id_bf8f0c9b_fk_kernel_person_id" IMMEDIATE;

ALTER TABLE "clearance_mandate" ADD COLUMN "revoked_reason" varchar(200) DEFAULT '' NOT NULL;

CREATE TABLE "clearance_change" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "trade_id" bigint NOT NULL, "order_no" varchar(60) NOT NULL, "verb" varchar(8) NOT NULL, "kind" smallint NOT NULL, "key" text NOT NULL, "source" bigint NOT NULL, "body" bytea NOT NULL, "revision" integer NOT NULL, "writer" varchar(36) NOT NULL, "state" varchar(10) NOT NULL, "receipt" varchar(32) NOT NULL, "draft" bigint NULL, "made_at" timestamp with time zone NOT NULL, "saved_at" timestamp with time zone NOT NULL, "kept_at" timestamp with time zone NULL, "organisation_id" bigint NOT NULL, "person_id" bigint NULL);

ALTER TABLE clearance_change ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_change FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_change_read ON clearance_change FOR SELECT USING ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_change_insert ON clearance_change FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_change_update ON clearance_change FOR UPDATE USING ((pz_is('enterprise') AND organisation_id = pz_organisation())) WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_change_delete ON clearance_change FOR DELETE USING ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE TRIGGER clearance_change_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_change FOR EACH ROW EXECUTE FUNCTION pz_audit_row('body');

CREATE FUNCTION clearance_manages(principal bigint, kind text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (SELECT 1 FROM clearance_mandate m WHERE m.principal_id = principal AND m.kinds ? kind)
$$;
REVOKE ALL ON FUNCTION clearance_manages(bigint, text) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_manages(bigint, text) TO pz_web, pz_flood;
    END IF;
END $$;

CREATE INDEX "clearance_mandate_given_by_id_41e28079" ON "clearance_mandate" ("given_by_id");

CREATE INDEX "clearance_mandate_revoked_by_id_bf8f0c9b" ON "clearance_mandate" ("revoked_by_id");

ALTER TABLE "clearance_change" ADD CONSTRAINT "clearance_change_organisation_id_eb42f1ca_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_change" ADD CONSTRAINT "clearance_change_person_id_8c9b207e_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "clearance_change_open" ON "clearance_change" ("organisation_id", "trade_id", "verb", "kind") WHERE "state" = 'open';

CREATE INDEX "clearance_change_organisation_id_eb42f1ca" ON "clearance_change" ("organisation_id");

CREATE INDEX "clearance_change_person_id_8c9b207e" ON "clearance_change" ("person_id");

CREATE INDEX "clearance_change_firm" ON "clearance_change" ("organisation_id", "state");

-- Every version of the reference data (shipped and overlay) by which a trade was judged; trades hold its number.
CREATE TABLE clearance_edition (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version text NOT NULL UNIQUE,     -- reference.edition.version()
    first_at timestamptz NOT NULL DEFAULT pz_now()
);
ALTER TABLE clearance_trade ADD COLUMN edition smallint;

-- Of messages that went to customs those it has answered: a receipt names one of their documents. Customs answers the lists
-- of a message together, so a few of them are enough to look at. Says nothing of what was declared or answered.
CREATE FUNCTION clearance_answered(messages bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT m FROM unnest(messages) m WHERE pz_is('zone', 'system') AND EXISTS (
        SELECT 1 FROM (
            SELECT d.id FROM clearance_document d WHERE d.message_id = m AND d.id > m AND d.id < ((m >> 38) + 1) << 38 LIMIT 3
        ) d JOIN clearance_receipt r ON r.document_id = d.id AND r.id > m)
$$;
REVOKE ALL ON FUNCTION clearance_answered(bigint[]) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_answered(bigint[]) TO pz_web, pz_flood;
    END IF;
END $$;

ALTER TABLE clearance_edition ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_edition FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_edition_read ON clearance_edition FOR SELECT USING (true);

CREATE POLICY clearance_edition_insert ON clearance_edition FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE clearance_key NO FORCE ROW LEVEL SECURITY;  -- the owner moves every row
ALTER TABLE clearance_key RENAME TO clearance_key_spread;
ALTER INDEX clearance_key_pkey RENAME TO clearance_key_spread_pkey;
CREATE TABLE clearance_key (
    hash bigint NOT NULL,
    namespace smallint NOT NULL,      -- engine/kinds.py numbers, engine/keys.py from 100 on
    key text NOT NULL,
    document_id bigint NOT NULL,      -- of a trade's own key (namespace 100): the trade; 0: named, not yet here
    trade_hash bigint,
    fingerprint bigint NOT NULL,      -- of its content; 0 where the key is no document's
    app_time text NOT NULL,
    accepted_on date NOT NULL,
    deleted boolean NOT NULL
);
INSERT INTO clearance_key SELECT hash, namespace, key, document_id, trade_hash, fingerprint, app_time, accepted_on, deleted
    FROM clearance_key_spread;
ALTER TABLE clearance_key ADD PRIMARY KEY (hash);
-- a key is written once; what is changed later (deleted, replaced) has no index of its own
ALTER TABLE clearance_key SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);
DROP TABLE clearance_key_spread;

ALTER TABLE clearance_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_key FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_key_read ON clearance_key FOR SELECT USING (pz_is('system'));

ALTER TABLE clearance_trade ALTER COLUMN assessment TYPE bytea USING convert_to(assessment::text, 'UTF8');
ALTER TABLE clearance_trade ALTER COLUMN assessment SET STORAGE EXTERNAL;

CREATE TABLE "clearance_writing" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" smallint NOT NULL, "name" varchar(60) NOT NULL, "template" boolean NOT NULL, "body" bytea NOT NULL, "revision" integer NOT NULL, "writer" varchar(36) NOT NULL, "receipt" varchar(32) NOT NULL, "made_at" timestamp with time zone NOT NULL, "saved_at" timestamp with time zone NOT NULL, "kept_at" timestamp with time zone NULL, "organisation_id" bigint NOT NULL, "person_id" bigint NULL);

ALTER TABLE clearance_writing ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_writing FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_writing_read ON clearance_writing FOR SELECT USING ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_writing_insert ON clearance_writing FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_writing_update ON clearance_writing FOR UPDATE USING ((pz_is('enterprise') AND organisation_id = pz_organisation())) WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_writing_delete ON clearance_writing FOR DELETE USING ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE TRIGGER clearance_writing_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_writing FOR EACH ROW EXECUTE FUNCTION pz_audit_row('body');

CREATE FUNCTION clearance_beside(asked bigint, waybill bigint)
RETURNS TABLE (id bigint, kind smallint, "position" int, body bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH mine AS (
        SELECT d.trade_hash, d.key, d.kind FROM clearance_document d
        WHERE d.id = asked AND d.state = 'draft' AND d.sender = pz_organisation() AND pz_is('enterprise')
    ), trade AS (
        SELECT t.order_id, t.payment_id, t.waybill_id, t.list_id, t.receipts_id FROM mine JOIN clearance_key k ON k.hash = mine.trade_hash AND k.namespace = 100
            JOIN clearance_trade t ON t.id = k.document_id
        UNION
        SELECT t.order_id, t.payment_id, t.waybill_id, t.list_id, t.receipts_id FROM mine JOIN clearance_key k ON k.hash = waybill AND mine.kind IN (3, 13) AND k.key = mine.key
            JOIN clearance_key o ON o.hash = k.trade_hash AND o.namespace = 100
            JOIN clearance_trade t ON t.id = o.document_id
    ), found AS (
        SELECT unnest(ARRAY[t.order_id, t.payment_id, t.waybill_id, t.list_id, t.receipts_id]) AS id FROM trade t
        UNION
        SELECT k.document_id FROM mine JOIN clearance_key k ON k.hash = waybill AND NOT k.deleted
            WHERE mine.kind IN (4, 14) AND k.namespace IN (3, 13)
    )
    SELECT d.id, d.kind, d.position, b.body FROM found JOIN clearance_document d ON d.id = found.id
        JOIN clearance_body b ON b.message_id = d.message_id
$$;
REVOKE ALL ON FUNCTION clearance_beside(bigint, bigint) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_beside(bigint, bigint) TO pz_web;
    END IF;
END $$;

ALTER TABLE "clearance_writing" ADD CONSTRAINT "clearance_writing_organisation_id_eaffeba9_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_writing" ADD CONSTRAINT "clearance_writing_person_id_0b0e4a01_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_writing_organisation_id_eaffeba9" ON "clearance_writing" ("organisation_id");

CREATE INDEX "clearance_writing_person_id_0b0e4a01" ON "clearance_writing" ("person_id");

CREATE INDEX "clearance_writing_firm" ON "clearance_writing" ("organisation_id", "template");

CREATE TABLE "clearance_releasemonth" ("month" date NOT NULL PRIMARY KEY, "released" integer NOT NULL, "underway" integer NOT NULL, "computed_at" timestamp with time zone NOT NULL, "method" jsonb NOT NULL);

CREATE TABLE "clearance_inspection" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "consignment" varchar(140) NOT NULL UNIQUE, "flow" varchar(1) NOT NULL, "mode" varchar(4) NOT NULL, "customs_code" varchar(4) NOT NULL, "site" varchar(40) NOT NULL, "source" varchar(10) NOT NULL, "state" varchar(12) NOT NULL, "version" integer NOT NULL, "hits" jsonb NOT NULL, "control" boolean NOT NULL, "agencies" varchar(20)[] NOT NULL, "parties" bigint[] NOT NULL, "numbers" varchar(60)[] NOT NULL, "selected_at" timestamp with time zone NOT NULL, "bay" smallint NULL, "slot_from" timestamp with time zone NULL, "slot_to" timestamp with time zone NULL, "notified_at" timestamp with time zone NULL, "openings" smallint NOT NULL, "outcome" varchar(10) NOT NULL, "ended_at" timestamp with time zone NULL, "ordered_by_id" bigint NULL);

CREATE TABLE "clearance_inspectionfacility" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "site" varchar(40) NOT NULL, "facility" varchar(20) NOT NULL, "since" date NOT NULL, "note" varchar(200) NOT NULL, "confirmed_at" timestamp with time zone NOT NULL, "confirmed_by_id" bigint NULL);

CREATE TABLE "clearance_inspectionlist" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "trade_id" bigint NOT NULL UNIQUE, "order_no" varchar(60) NOT NULL, "invt_no" varchar(60) NOT NULL, "seller" bigint NULL, "declarant" bigint NULL, "joined_at" timestamp with time zone NOT NULL, "inspection_id" bigint NOT NULL);

CREATE TABLE "clearance_inspectionobjection" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "words" varchar(500) NOT NULL, "made_at" timestamp with time zone NOT NULL, "upheld" boolean NULL, "answer" varchar(500) NOT NULL, "answered_at" timestamp with time zone NULL, "answered_by_id" bigint NULL, "inspection_id" bigint NOT NULL, "organisation_id" bigint NOT NULL, "person_id" bigint NULL);

CREATE TABLE "clearance_inspectionopening" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ordinal" smallint NOT NULL, "site" varchar(40) NOT NULL, "opened_at" timestamp with time zone NOT NULL, "agencies" varchar(20)[] NOT NULL, "reason" varchar(200) NOT NULL, "inspection_id" bigint NOT NULL, "opened_by_id" bigint NULL);

CREATE TABLE "clearance_inspectionevidence" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "key" uuid NOT NULL UNIQUE, "kind" varchar(8) NOT NULL, "verdict" varchar(8) NOT NULL, "name" varchar(120) NOT NULL, "media_type" varchar(40) NOT NULL, "size" integer NOT NULL, "sha256" varchar(64) NOT NULL, "content" bytea NOT NULL, "taken_at" timestamp with time zone NULL, "received_at" timestamp with time zone NOT NULL, "person_id" bigint NULL, "opening_id" bigint NOT NULL);

CREATE TABLE "clearance_inspectionproposal" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "trade_id" bigint NOT NULL UNIQUE, "order_no" varchar(60) NOT NULL, "flow" varchar(1) NOT NULL, "customs_code" varchar(4) NOT NULL, "edition" varchar(60) NOT NULL, "score" smallint NOT NULL, "hits" jsonb NOT NULL, "control" boolean NOT NULL, "state" varchar(10) NOT NULL, "made_at" timestamp with time zone NOT NULL, "decided_at" timestamp with time zone NULL, "reason" varchar(200) NOT NULL, "decided_by_id" bigint NULL);

CREATE TABLE "clearance_inspectionresult" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "key" uuid NULL UNIQUE, "supervision" varchar(10) NOT NULL, "quarantine" varchar(10) NOT NULL, "findings" varchar(1000) NOT NULL, "outcome" varchar(10) NOT NULL, "entered_at" timestamp with time zone NOT NULL, "told_at" timestamp with time zone NULL, "told" varchar(200) NOT NULL, "entered_by_id" bigint NULL, "opening_id" bigint NOT NULL UNIQUE);

CREATE TABLE "clearance_inspectionrules" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "body" text NOT NULL, "note" varchar(200) NOT NULL, "since" date NOT NULL, "written_at" timestamp with time zone NOT NULL, "decided_at" timestamp with time zone NULL, "approved" boolean NULL, "reason" varchar(200) NOT NULL, "decided_by_id" bigint NULL, "written_by_id" bigint NOT NULL);

CREATE TABLE "clearance_liaisoncase" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "port" varchar(20) NOT NULL, "subject" varchar(120) NOT NULL, "words" varchar(1000) NOT NULL, "number" varchar(60) NOT NULL, "state" varchar(10) NOT NULL, "opened_at" timestamp with time zone NOT NULL, "due_on" date NOT NULL, "answer" varchar(1000) NOT NULL, "answered_at" timestamp with time zone NULL, "closed_at" timestamp with time zone NULL, "closed_by_id" bigint NULL, "opened_by_id" bigint NULL);

CREATE TABLE "clearance_liaisoncontact" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "port" varchar(20) NOT NULL, "name" varchar(60) NOT NULL, "post" varchar(80) NOT NULL, "phone" varchar(40) NOT NULL, "since" date NOT NULL, "until" date NULL, "kept_by_id" bigint NULL);

CREATE TABLE "clearance_releasestudy" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "way" varchar(6) NOT NULL, "site" varchar(40) NOT NULL, "stage" varchar(20) NOT NULL, "n" integer NOT NULL, "missing" integer NOT NULL, "median_s" double precision NULL, "p90_s" double precision NULL, CONSTRAINT "clearance_study_once" UNIQUE ("month", "way", "site", "stage"));

CREATE INDEX "clearance_inspect_queue" ON "clearance_inspection" ("state", "site", "slot_from");

CREATE INDEX "clearance_inspect_day" ON "clearance_inspection" ("selected_at");

ALTER TABLE "clearance_inspectionfacility" ADD CONSTRAINT "clearance_facility_once" UNIQUE ("site", "facility");

CREATE UNIQUE INDEX "clearance_objection_open" ON "clearance_inspectionobjection" ("inspection_id") WHERE "answered_at" IS NULL;

ALTER TABLE "clearance_inspectionopening" ADD CONSTRAINT "clearance_opening_once" UNIQUE ("inspection_id", "ordinal");

ALTER TABLE "clearance_inspectionopening" ADD CONSTRAINT "clearance_opening_reason" CHECK (("ordinal" = 1 OR NOT ("reason" = '')));

CREATE INDEX "clearance_proposal_state" ON "clearance_inspectionproposal" ("state", "id" DESC);

CREATE INDEX "clearance_result_untold" ON "clearance_inspectionresult" ("id") WHERE "told_at" IS NULL;

ALTER TABLE "clearance_inspectionresult" ADD CONSTRAINT "clearance_result_both" CHECK (("quarantine" IN ('passed', 'problem') AND "supervision" IN ('passed', 'problem')));

ALTER TABLE "clearance_inspectionresult" ADD CONSTRAINT "clearance_result_release" CHECK ((NOT ("outcome" = 'release') OR ("quarantine" = 'passed' AND "supervision" = 'passed')));

ALTER TABLE "clearance_inspectionrules" ADD CONSTRAINT "clearance_rules_apart" CHECK (("decided_by_id" IS NULL OR NOT ("decided_by_id" = ("written_by_id") AND "decided_by_id" IS NOT NULL)));

CREATE INDEX "clearance_liaison_due" ON "clearance_liaisoncase" ("state", "due_on");

ALTER TABLE clearance_inspection ADD CONSTRAINT clearance_inspection_slot EXCLUDE USING gist (
    int8range(hashtextextended(site || '#' || bay::text, 0) >> 1, hashtextextended(site || '#' || bay::text, 0) >> 1, '[]') WITH &&,
    tstzrange(slot_from, slot_to) WITH &&
) WHERE (slot_from IS NOT NULL AND state IN ('scheduled', 'opened'));
ALTER TABLE clearance_inspection ADD CONSTRAINT clearance_inspection_slot_whole CHECK (
    (slot_from IS NULL) = (slot_to IS NULL) AND (slot_from IS NULL) = (bay IS NULL)
    AND (slot_from IS NULL OR slot_from < slot_to) AND (state NOT IN ('scheduled', 'opened') OR slot_from IS NOT NULL));
CREATE INDEX clearance_inspection_numbers ON clearance_inspection USING gin (numbers);
CREATE INDEX clearance_inspection_parties ON clearance_inspection USING gin (parties);

ALTER TABLE clearance_inspection ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspection FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspection_read ON clearance_inspection FOR SELECT USING (((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system') OR (pz_is('agency') AND split_part(pz_unit(), '.', 2) = ANY (agencies)) OR (pz_is('enterprise') AND pz_organisation() = ANY (parties))));

CREATE POLICY clearance_inspection_insert ON clearance_inspection FOR INSERT WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

CREATE POLICY clearance_inspection_update ON clearance_inspection FOR UPDATE USING (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system'))) WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

ALTER TABLE clearance_inspectionlist ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionlist FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionlist_read ON clearance_inspectionlist FOR SELECT USING (EXISTS (SELECT 1 FROM clearance_inspection i WHERE i.id = inspection_id));

CREATE POLICY clearance_inspectionlist_insert ON clearance_inspectionlist FOR INSERT WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

CREATE POLICY clearance_inspectionlist_update ON clearance_inspectionlist FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE clearance_inspectionopening ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionopening FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionopening_read ON clearance_inspectionopening FOR SELECT USING (EXISTS (SELECT 1 FROM clearance_inspection i WHERE i.id = inspection_id));

CREATE POLICY clearance_inspectionopening_insert ON clearance_inspectionopening FOR INSERT WITH CHECK ((pz_is('agency') AND pz_unit() = 'zone.customs'));

ALTER TABLE clearance_inspectionresult ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionresult FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionresult_read ON clearance_inspectionresult FOR SELECT USING (EXISTS (SELECT 1 FROM clearance_inspectionopening o WHERE o.id = opening_id));

CREATE POLICY clearance_inspectionresult_insert ON clearance_inspectionresult FOR INSERT WITH CHECK ((pz_is('agency') AND pz_unit() = 'zone.customs'));

CREATE POLICY clearance_inspectionresult_update ON clearance_inspectionresult FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE clearance_inspectionevidence ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionevidence FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionevidence_read ON clearance_inspectionevidence FOR SELECT USING (((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('zone') AND pz_role() = 'auditor') OR pz_is('system')));

CREATE POLICY clearance_inspectionevidence_insert ON clearance_inspectionevidence FOR INSERT WITH CHECK ((pz_is('agency') AND pz_unit() = 'zone.customs'));

ALTER TABLE clearance_inspectionobjection ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionobjection FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionobjection_read ON clearance_inspectionobjection FOR SELECT USING (EXISTS (SELECT 1 FROM clearance_inspection i WHERE i.id = inspection_id));

CREATE POLICY clearance_inspectionobjection_insert ON clearance_inspectionobjection FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_inspectionobjection_update ON clearance_inspectionobjection FOR UPDATE USING ((pz_is('agency') AND pz_unit() = 'zone.customs')) WITH CHECK ((pz_is('agency') AND pz_unit() = 'zone.customs'));

ALTER TABLE clearance_inspectionproposal ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionproposal FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionproposal_read ON clearance_inspectionproposal FOR SELECT USING (((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

CREATE POLICY clearance_inspectionproposal_insert ON clearance_inspectionproposal FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY clearance_inspectionproposal_update ON clearance_inspectionproposal FOR UPDATE USING (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system'))) WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('system')));

ALTER TABLE clearance_inspectionrules ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionrules FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionrules_read ON clearance_inspectionrules FOR SELECT USING ((pz_is('agency') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY clearance_inspectionrules_insert ON clearance_inspectionrules FOR INSERT WITH CHECK (pz_is('agency'));

CREATE POLICY clearance_inspectionrules_update ON clearance_inspectionrules FOR UPDATE USING (pz_is('agency')) WITH CHECK (pz_is('agency'));

ALTER TABLE clearance_inspectionfacility ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_inspectionfacility FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_inspectionfacility_read ON clearance_inspectionfacility FOR SELECT USING (true);

CREATE POLICY clearance_inspectionfacility_insert ON clearance_inspectionfacility FOR INSERT WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('zone')));

CREATE POLICY clearance_inspectionfacility_update ON clearance_inspectionfacility FOR UPDATE USING (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('zone'))) WITH CHECK (((pz_is('agency') AND pz_unit() = 'zone.customs') OR pz_is('zone')));

ALTER TABLE clearance_liaisoncontact ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_liaisoncontact FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_liaisoncontact_read ON clearance_liaisoncontact FOR SELECT USING ((pz_is('agency') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY clearance_liaisoncontact_insert ON clearance_liaisoncontact FOR INSERT WITH CHECK ((pz_is('agency') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY clearance_liaisoncontact_update ON clearance_liaisoncontact FOR UPDATE USING ((pz_is('agency') OR pz_is('zone') OR pz_is('system'))) WITH CHECK ((pz_is('agency') OR pz_is('zone') OR pz_is('system')));

ALTER TABLE clearance_liaisoncase ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_liaisoncase FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_liaisoncase_read ON clearance_liaisoncase FOR SELECT USING ((pz_is('agency') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY clearance_liaisoncase_insert ON clearance_liaisoncase FOR INSERT WITH CHECK ((pz_is('agency') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY clearance_liaisoncase_update ON clearance_liaisoncase FOR UPDATE USING ((pz_is('agency') OR pz_is('zone') OR pz_is('system'))) WITH CHECK ((pz_is('agency') OR pz_is('zone') OR pz_is('system')));

ALTER TABLE clearance_releasestudy ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_releasestudy FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_releasestudy_read ON clearance_releasestudy FOR SELECT USING (true);

CREATE POLICY clearance_releasestudy_insert ON clearance_releasestudy FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY clearance_releasestudy_update ON clearance_releasestudy FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY clearance_releasestudy_delete ON clearance_releasestudy FOR DELETE USING (pz_is('system'));

ALTER TABLE clearance_releasemonth ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_releasemonth FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_releasemonth_read ON clearance_releasemonth FOR SELECT USING (true);

CREATE POLICY clearance_releasemonth_insert ON clearance_releasemonth FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY clearance_releasemonth_update ON clearance_releasemonth FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE TRIGGER clearance_inspection_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_inspection FOR EACH ROW EXECUTE FUNCTION pz_audit_row('parties');

CREATE TRIGGER clearance_inspectionopening_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_inspectionopening FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER clearance_inspectionresult_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_inspectionresult FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER clearance_inspectionevidence_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_inspectionevidence FOR EACH ROW EXECUTE FUNCTION pz_audit_row('content');

CREATE TRIGGER clearance_inspectionobjection_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_inspectionobjection FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER clearance_inspectionrules_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_inspectionrules FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER clearance_inspectionfacility_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_inspectionfacility FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER clearance_liaisoncontact_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_liaisoncontact FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER clearance_liaisoncase_audit AFTER INSERT OR UPDATE OR DELETE ON clearance_liaisoncase FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

ALTER TABLE "clearance_inspection" ADD CONSTRAINT "clearance_inspection_ordered_by_id_b877bcb8_fk_kernel_person_id" FOREIGN KEY ("ordered_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspection_consignment_4e2879f8_like" ON "clearance_inspection" ("consignment" varchar_pattern_ops);

CREATE INDEX "clearance_inspection_ordered_by_id_b877bcb8" ON "clearance_inspection" ("ordered_by_id");

ALTER TABLE "clearance_inspectionfacility" ADD CONSTRAINT "clearance_inspection_confirmed_by_id_f877e7f3_fk_kernel_pe" FOREIGN KEY ("confirmed_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionfacility_confirmed_by_id_f877e7f3" ON "clearance_inspectionfacility" ("confirmed_by_id");

ALTER TABLE "clearance_inspectionlist" ADD CONSTRAINT "clearance_inspection_inspection_id_2e9cb1e0_fk_clearance" FOREIGN KEY ("inspection_id") REFERENCES "clearance_inspection" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionlist_inspection_id_2e9cb1e0" ON "clearance_inspectionlist" ("inspection_id");

ALTER TABLE "clearance_inspectionobjection" ADD CONSTRAINT "clearance_inspection_answered_by_id_fe49c92d_fk_kernel_pe" FOREIGN KEY ("answered_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_inspectionobjection" ADD CONSTRAINT "clearance_inspection_inspection_id_3bbeafd6_fk_clearance" FOREIGN KEY ("inspection_id") REFERENCES "clearance_inspection" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_inspectionobjection" ADD CONSTRAINT "clearance_inspection_organisation_id_ba868360_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_inspectionobjection" ADD CONSTRAINT "clearance_inspection_person_id_8d7c837f_fk_kernel_pe" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionobjection_answered_by_id_fe49c92d" ON "clearance_inspectionobjection" ("answered_by_id");

CREATE INDEX "clearance_inspectionobjection_inspection_id_3bbeafd6" ON "clearance_inspectionobjection" ("inspection_id");

CREATE INDEX "clearance_inspectionobjection_organisation_id_ba868360" ON "clearance_inspectionobjection" ("organisation_id");

CREATE INDEX "clearance_inspectionobjection_person_id_8d7c837f" ON "clearance_inspectionobjection" ("person_id");

ALTER TABLE "clearance_inspectionopening" ADD CONSTRAINT "clearance_inspection_inspection_id_0f5a3128_fk_clearance" FOREIGN KEY ("inspection_id") REFERENCES "clearance_inspection" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_inspectionopening" ADD CONSTRAINT "clearance_inspection_opened_by_id_649571fc_fk_kernel_pe" FOREIGN KEY ("opened_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionopening_inspection_id_0f5a3128" ON "clearance_inspectionopening" ("inspection_id");

CREATE INDEX "clearance_inspectionopening_opened_by_id_649571fc" ON "clearance_inspectionopening" ("opened_by_id");

ALTER TABLE "clearance_inspectionevidence" ADD CONSTRAINT "clearance_inspection_person_id_c23a03b3_fk_kernel_pe" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_inspectionevidence" ADD CONSTRAINT "clearance_inspection_opening_id_89134530_fk_clearance" FOREIGN KEY ("opening_id") REFERENCES "clearance_inspectionopening" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionevidence_person_id_c23a03b3" ON "clearance_inspectionevidence" ("person_id");

CREATE INDEX "clearance_inspectionevidence_opening_id_89134530" ON "clearance_inspectionevidence" ("opening_id");

ALTER TABLE "clearance_inspectionproposal" ADD CONSTRAINT "clearance_inspection_decided_by_id_7eeebc25_fk_kernel_pe" FOREIGN KEY ("decided_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionproposal_decided_by_id_7eeebc25" ON "clearance_inspectionproposal" ("decided_by_id");

ALTER TABLE "clearance_inspectionresult" ADD CONSTRAINT "clearance_inspection_entered_by_id_8f768f93_fk_kernel_pe" FOREIGN KEY ("entered_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_inspectionresult" ADD CONSTRAINT "clearance_inspection_opening_id_7aa731f5_fk_clearance" FOREIGN KEY ("opening_id") REFERENCES "clearance_inspectionopening" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionresult_entered_by_id_8f768f93" ON "clearance_inspectionresult" ("entered_by_id");

ALTER TABLE "clearance_inspectionrules" ADD CONSTRAINT "clearance_inspection_decided_by_id_f70c83cf_fk_kernel_pe" FOREIGN KEY ("decided_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_inspectionrules" ADD CONSTRAINT "clearance_inspection_written_by_id_43415dba_fk_kernel_pe" FOREIGN KEY ("written_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_inspectionrules_decided_by_id_f70c83cf" ON "clearance_inspectionrules" ("decided_by_id");

CREATE INDEX "clearance_inspectionrules_written_by_id_43415dba" ON "clearance_inspectionrules" ("written_by_id");

ALTER TABLE "clearance_liaisoncase" ADD CONSTRAINT "clearance_liaisoncase_closed_by_id_db382ed0_fk_kernel_person_id" FOREIGN KEY ("closed_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "clearance_liaisoncase" ADD CONSTRAINT "clearance_liaisoncase_opened_by_id_a0e2fd05_fk_kernel_person_id" FOREIGN KEY ("opened_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_liaisoncase_closed_by_id_db382ed0" ON "clearance_liaisoncase" ("closed_by_id");

CREATE INDEX "clearance_liaisoncase_opened_by_id_a0e2fd05" ON "clearance_liaisoncase" ("opened_by_id");

ALTER TABLE "clearance_liaisoncontact" ADD CONSTRAINT "clearance_liaisoncon_kept_by_id_18e088cb_fk_kernel_pe" FOREIGN KEY ("kept_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_liaisoncontact_kept_by_id_18e088cb" ON "clearance_liaisoncontact" ("kept_by_id");

CREATE TABLE "clearance_declaration" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "seq_no" text NOT NULL UNIQUE, "sum_no" text NOT NULL, "entry_id" text NOT NULL, "state" varchar(3) NOT NULL, "customs_code" text NOT NULL, "agent_code" text NOT NULL, "seller_code" text NOT NULL, "gross" numeric(19, 5) NOT NULL, "net" numeric(19, 5) NOT NULL, "op_time" varchar(17) NOT NULL, "parties" bigint[] NOT NULL, "received_at" timestamp with time zone NOT NULL);

CREATE TABLE "clearance_leg" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "document_id" bigint NOT NULL, "place" integer NOT NULL, "kind" smallint NOT NULL, "key" text NOT NULL, "bill_no" text NOT NULL, "left_at" timestamp with time zone NULL, "at" timestamp with time zone NOT NULL, "logistics_no" text NOT NULL, "hash" bigint NOT NULL, "list_no" text NOT NULL, "trade_id" bigint NULL, "parties" bigint[] NOT NULL, CONSTRAINT "clearance_leg_place" UNIQUE ("document_id", "place"));

CREATE TABLE "clearance_summary" ("id" bigint NOT NULL PRIMARY KEY, "key" text NOT NULL UNIQUE, "cop_no" text NOT NULL, "part" integer NOT NULL, "parts" integer NOT NULL, "agent_code" text NOT NULL, "seller_code" text NOT NULL, "customs_code" text NOT NULL, "month" date NULL, "by_producer" boolean NOT NULL, "by_name" boolean NOT NULL, "lists" integer NOT NULL, "parties" bigint[] NOT NULL, "state" varchar(10) NOT NULL, "sum_no" text NOT NULL, "answer" text NOT NULL, "asked_at" timestamp with time zone NOT NULL, "answered_at" timestamp with time zone NULL);

CREATE TABLE "clearance_summary_item" ("trade_id" bigint NOT NULL PRIMARY KEY, "list_no" text NOT NULL, "summary_id" bigint NULL, "state" varchar(10) NOT NULL, "parties" bigint[] NOT NULL);

CREATE TABLE "clearance_declaration_line" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "list_no" text NOT NULL, "line_no" integer NOT NULL, "goods_code" varchar(10) NOT NULL, "place" integer NULL, "trade_id" bigint NULL, "parties" bigint[] NOT NULL, "declaration_id" bigint NOT NULL, CONSTRAINT "clearance_declared_once" UNIQUE ("declaration_id", "list_no", "line_no"));

ALTER TABLE clearance_summary ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_summary FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_summary_read ON clearance_summary FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

ALTER TABLE clearance_summary_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_summary_item FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_summary_item_read ON clearance_summary_item FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

ALTER TABLE clearance_declaration ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_declaration FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_declaration_read ON clearance_declaration FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

ALTER TABLE clearance_declaration_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_declaration_line FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_declaration_line_read ON clearance_declaration_line FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

ALTER TABLE clearance_leg ENABLE ROW LEVEL SECURITY;

ALTER TABLE clearance_leg FORCE ROW LEVEL SECURITY;

CREATE POLICY clearance_leg_read ON clearance_leg FOR SELECT USING ((pz_organisation() = ANY (parties) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

CREATE FUNCTION clearance_listed(since date, before date)
RETURNS TABLE (id bigint, month date, closed date, seller bigint, agent bigint, customs_code text, standing text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := clearance_seen();
BEGIN
    IF seen IS NULL THEN RETURN; END IF;
    RETURN QUERY EXECUTE format($q$
        SELECT x.id, date_trunc('month', x.closed)::date, x.closed, x.seller, x.agent, x.customs_code,
            (CASE WHEN i.trade_id IS NOT NULL THEN i.state WHEN x.simplified THEN 'exempt' ELSE 'open' END)::text
        FROM (
            SELECT t.id, (coalesce(t.stages->>'closed', t.stages->>'released')::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS closed,
                (t.firms->>'ebc')::bigint AS seller, (t.firms->>'agent')::bigint AS agent, t.customs_code,
                t.stages ? 'simplified' AS simplified
            FROM clearance_trade t WHERE (%s) AND t.flow = 'E' AND t.state IN ('released', 'closed') AND NOT t.history
                AND t.invt_no <> '' AND t.id >= pz_first_id(($1 - interval '2 months')::date) AND t.id < pz_first_id($2)
        ) x LEFT JOIN clearance_summary_item i ON i.trade_id = x.id WHERE x.closed >= $1 AND x.closed < $2
    $q$, seen) USING since, before;
END $$;
REVOKE ALL ON FUNCTION clearance_listed(date, date) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_listed(date, date) TO pz_web, pz_flood;
    END IF;
END $$;

CREATE INDEX "clearance_declaration_seq_no_a37e0d0b_like" ON "clearance_declaration" ("seq_no" text_pattern_ops);

CREATE INDEX "clearance_declared_parties" ON "clearance_declaration" USING gin ("parties");

CREATE INDEX "clearance_declared_number" ON "clearance_declaration" ("sum_no");

CREATE INDEX "clearance_leg_key" ON "clearance_leg" ("key");

CREATE INDEX "clearance_leg_bill" ON "clearance_leg" ("bill_no", "kind");

CREATE INDEX "clearance_leg_trade" ON "clearance_leg" ("trade_id");

CREATE INDEX "clearance_leg_open" ON "clearance_leg" ("at") WHERE "trade_id" IS NULL;

CREATE INDEX "clearance_summary_key_0f46f3ea_like" ON "clearance_summary" ("key" text_pattern_ops);

CREATE INDEX "clearance_summary_parties" ON "clearance_summary" USING gin ("parties");

CREATE INDEX "clearance_summary_number" ON "clearance_summary" ("sum_no");

CREATE INDEX "clearance_summary_item_of" ON "clearance_summary_item" ("summary_id");

ALTER TABLE "clearance_declaration_line" ADD CONSTRAINT "clearance_declaratio_declaration_id_316d1a0b_fk_clearance" FOREIGN KEY ("declaration_id") REFERENCES "clearance_declaration" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "clearance_declaration_line_declaration_id_316d1a0b" ON "clearance_declaration_line" ("declaration_id");

CREATE INDEX "clearance_declared_list" ON "clearance_declaration_line" ("list_no");

CREATE FUNCTION clearance_trade_sum(leaf text, sign int) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET client_min_messages = warning AS $$
BEGIN
    
    DROP TABLE IF EXISTS pg_temp.pz_sum_stand;
    EXECUTE format('CREATE TEMPORARY TABLE pz_sum_stand ON COMMIT DROP AS'
        ' SELECT day, customs_code, flow, mode, state, holder, sum(n) AS n FROM (SELECT (date ''2000-01-01'' + (id >> 38)::int) AS day, customs_code, flow, mode, state, holder, %2$s AS n FROM %1$I WHERE NOT history) x GROUP BY day, customs_code, flow, mode, state, holder', leaf, sign);
    
    DROP TABLE IF EXISTS pg_temp.pz_sum_turn;
    EXECUTE format('CREATE TEMPORARY TABLE pz_sum_turn ON COMMIT DROP AS'
        ' SELECT firm, day, state, sum(n) AS n FROM (SELECT DISTINCT id, (firms->>r.role)::bigint AS firm, (date ''2000-01-01'' + (id >> 38)::int) AS day, state, %2$s AS n FROM %1$I JOIN (VALUES (''ebp'', ''ebp''), (''ebc'', ''ebc''), (''pay'', ''pay''), (''logi'', ''logi''), (''declarant'', ''agent''), (''area'', ''area'')) r(word, role) ON position(r.word in holder) > 0 AND firms ? r.role WHERE NOT history AND holder NOT IN ('''', ''customs'')) x GROUP BY firm, day, state', leaf, sign);
    
    DROP TABLE IF EXISTS pg_temp.pz_sum_reason;
    EXECUTE format('CREATE TEMPORARY TABLE pz_sum_reason ON COMMIT DROP AS'
        ' SELECT code, official, whose, sum(n) AS n, min(zh) AS zh, min(en) AS en FROM (SELECT id, r->>''code'' AS code, coalesce(r->>''official'', '''') AS official, coalesce(r->>''whose'', '''') AS whose, min(coalesce(r->>''zh'', '''')) AS zh, min(coalesce(r->>''en'', '''')) AS en, %2$s AS n FROM %1$I CROSS JOIN jsonb_array_elements(reasons) r WHERE NOT history AND state IN (''refused'', ''expired'', ''returned'', ''error'') AND r->>''weight'' = ''refuses'' GROUP BY 1, 2, 3, 4) x GROUP BY code, official, whose', leaf, sign);
END $$;
CREATE FUNCTION clearance_trade_summed() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO clearance_stand AS c (day, customs_code, flow, mode, state, holder, n)
        SELECT day, customs_code, flow, mode, state, holder, sum(n) FROM (SELECT * FROM pz_sum_stand) x GROUP BY day, customs_code, flow, mode, state, holder HAVING sum(n) <> 0 ORDER BY day, customs_code, flow, mode, state, holder
        ON CONFLICT (day, customs_code, flow, mode, state, holder) DO UPDATE SET n = c.n + excluded.n;
    INSERT INTO clearance_turn AS c (firm, day, state, n)
        SELECT firm, day, state, sum(n) FROM (SELECT * FROM pz_sum_turn) x GROUP BY firm, day, state HAVING sum(n) <> 0 ORDER BY firm, day, state
        ON CONFLICT (firm, day, state) DO UPDATE SET n = c.n + excluded.n;
    INSERT INTO clearance_reason AS c (code, official, whose, n, zh, en)
        SELECT code, official, whose, sum(n), min(zh), min(en) FROM (SELECT * FROM pz_sum_reason) x GROUP BY code, official, whose HAVING sum(n) <> 0 ORDER BY code, official, whose
        ON CONFLICT (code, official, whose) DO UPDATE SET n = c.n + excluded.n;
END $$;
REVOKE ALL ON FUNCTION clearance_trade_sum(text, int), clearance_trade_summed() FROM PUBLIC;

DROP POLICY clearance_writing_read ON clearance_writing;

DROP POLICY clearance_writing_insert ON clearance_writing;

DROP POLICY clearance_writing_update ON clearance_writing;

DROP POLICY clearance_writing_delete ON clearance_writing;

CREATE POLICY clearance_writing_read ON clearance_writing FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY clearance_writing_insert ON clearance_writing FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_writing_update ON clearance_writing FOR UPDATE USING ((pz_is('enterprise') AND organisation_id = pz_organisation())) WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY clearance_writing_delete ON clearance_writing FOR DELETE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

-- Who may send by token. Only the SHA-256 of a token is kept.
CREATE TABLE exchange_client (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    organisation_id bigint NOT NULL,
    label text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    revoked_at timestamptz
);
CREATE INDEX exchange_client_organisation ON exchange_client (organisation_id);

-- Every message as it came: compressed, sealed, never changed. How far it got is told by the cursor and the results.
CREATE TABLE exchange_inbox (
    id bigserial PRIMARY KEY,
    receipt_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT pz_now(),
    received_wall timestamptz NOT NULL DEFAULT clock_timestamp(),
    channel text NOT NULL,
    client text NOT NULL DEFAULT '',
    organisation_id bigint,
    partition smallint NOT NULL CHECK (partition BETWEEN 0 AND 63),
    size integer NOT NULL CHECK (size >= 0),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    raw bytea NOT NULL
);
ALTER TABLE exchange_inbox ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX exchange_inbox_receipt ON exchange_inbox (receipt_id);
CREATE INDEX exchange_inbox_partition ON exchange_inbox (partition, id);
CREATE INDEX exchange_inbox_organisation ON exchange_inbox (organisation_id, id) WHERE organisation_id IS NOT NULL;
CREATE INDEX exchange_inbox_received ON exchange_inbox USING brin (received_at);

-- A number is given out before its row can be seen, so `id > last` would lose a late committer. Every writer first
-- holds, to the end of its transaction, a shared lock named after the last number given out before its own.
CREATE FUNCTION exchange_inbox_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20902, ((last_value - (NOT is_called)::int) & 2147483647)::int)
    FROM exchange_inbox_id_seq;
    RETURN NULL;
END $$;
CREATE TRIGGER exchange_inbox_writing BEFORE INSERT ON exchange_inbox
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_inbox_writing();

-- The number below which nothing can appear any more. The sequence is read before the locks: whoever took a number
-- up to `last` held its lock by then, and holds it until its row can be seen. Locks of later writers look far away.
CREATE FUNCTION exchange_inbox_safe() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last bigint;
    nearest bigint;
BEGIN
    SELECT last_value - (NOT is_called)::int INTO last FROM exchange_inbox_id_seq;
    SELECT max(behind) INTO nearest FROM (
        SELECT (last - objid::bigint) & 2147483647 AS behind FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 20902 AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) writers WHERE behind < 1073741824;
    RETURN last - coalesce(nearest, 0);
END $$;

-- How far the workers came, by partition; moved in the transaction that writes the results.
CREATE TABLE exchange_cursor (
    partition smallint PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    moved_at timestamptz
);
INSERT INTO exchange_cursor (partition) SELECT generate_series(0, 63);

-- What became of a message: position 0 speaks of the message, 1… of its documents in their order.
CREATE TABLE exchange_result (
    receipt_id text NOT NULL,
    position integer NOT NULL DEFAULT 0 CHECK (position >= 0),
    state text NOT NULL,
    document text NOT NULL DEFAULT '',
    findings jsonb NOT NULL DEFAULT '[]',
    at timestamptz NOT NULL DEFAULT pz_now(),
    PRIMARY KEY (receipt_id, position)
);

-- What the platform has to tell a counterpart. queued: waits for next_try_at (zone clock); sent: taken by the other
-- side; failed: refused by it for good; dead: given up after too many attempts, may be queued again by hand.
CREATE TABLE exchange_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    counterpart text NOT NULL,
    kind text NOT NULL,
    body bytea NOT NULL,
    keys jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT pz_now(),
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    settled_at timestamptz
);
ALTER TABLE exchange_outbox ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX exchange_outbox_due ON exchange_outbox (next_try_at, id) WHERE state = 'queued';
CREATE INDEX exchange_outbox_stuck ON exchange_outbox (state, id) WHERE state IN ('failed', 'dead');

-- Official receipts that wait for the firm that has a right to them; the XML as the firm fetches it, sealed.
CREATE TABLE exchange_receipt (
    id bigserial PRIMARY KEY,
    organisation_id bigint NOT NULL,
    message text NOT NULL,
    document_key text NOT NULL,
    return_status text NOT NULL,
    return_time timestamptz NOT NULL,
    info text NOT NULL DEFAULT '',
    xml bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    fetched_at timestamptz
);
ALTER TABLE exchange_receipt ALTER COLUMN xml SET STORAGE EXTERNAL;
CREATE INDEX exchange_receipt_organisation ON exchange_receipt (organisation_id, id);
CREATE INDEX exchange_receipt_waiting ON exchange_receipt (organisation_id, id) WHERE fetched_at IS NULL;
CREATE INDEX exchange_receipt_document ON exchange_receipt (document_key);

ALTER TABLE exchange_client ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_client FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_client_read ON exchange_client FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_client_insert ON exchange_client FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_client_update ON exchange_client FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE TRIGGER exchange_client_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_client FOR EACH ROW EXECUTE FUNCTION pz_audit_row('token_hash');

ALTER TABLE exchange_inbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_inbox FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_inbox_read ON exchange_inbox FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_inbox_insert ON exchange_inbox FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

ALTER TABLE exchange_cursor ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_cursor FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_cursor_read ON exchange_cursor FOR SELECT USING (true);

CREATE POLICY exchange_cursor_update ON exchange_cursor FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE exchange_result ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_result FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_result_read ON exchange_result FOR SELECT USING (EXISTS (SELECT 1 FROM exchange_inbox i WHERE i.receipt_id = exchange_result.receipt_id));

CREATE POLICY exchange_result_insert ON exchange_result FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY exchange_result_update ON exchange_result FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE exchange_outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_outbox FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_outbox_read ON exchange_outbox FOR SELECT USING (pz_is('system'));

CREATE POLICY exchange_outbox_insert ON exchange_outbox FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY exchange_outbox_update ON exchange_outbox FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE exchange_receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_receipt FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_receipt_read ON exchange_receipt FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_receipt_insert ON exchange_receipt FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY exchange_receipt_update ON exchange_receipt FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

-- What arrives together is compressed and sealed together (docs/adr/0009): one row a group, one light row a message.
-- organisation_id is that of all messages of the group, NULL where they are of several: those only the system opens.
CREATE TABLE exchange_inbox_group (
    id bigserial PRIMARY KEY,
    organisation_id bigint,
    blob bytea NOT NULL
);
ALTER TABLE exchange_inbox_group ALTER COLUMN blob SET STORAGE EXTERNAL;

-- A message's number is its group's times 4096 and its place in it; its bytes begin at `start` of the unpacked group.
-- The receipt id begins with the number (14 hexadecimal digits), so that it needs no index of its own.
ALTER TABLE exchange_inbox ADD COLUMN start integer NOT NULL DEFAULT 0;
ALTER TABLE exchange_inbox ALTER COLUMN id DROP DEFAULT;
DROP TRIGGER exchange_inbox_writing ON exchange_inbox;
DROP FUNCTION exchange_inbox_safe();
DROP FUNCTION exchange_inbox_writing();
DROP SEQUENCE exchange_inbox_id_seq;
DROP INDEX exchange_inbox_receipt;
CREATE UNIQUE INDEX exchange_inbox_old_receipt ON exchange_inbox (receipt_id) WHERE receipt_id >= '01';

-- The number of a message by its receipt id; NULL where it cannot be one. Ids given before there were groups begin
-- with a time, far above '00'.
CREATE FUNCTION exchange_inbox_number(receipt text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN receipt ~ '^00[0-9a-f]{30}$' THEN ('x' || left(receipt, 14))::bit(56)::bigint
                ELSE (SELECT i.id FROM exchange_inbox i WHERE i.receipt_id = receipt AND i.receipt_id >= '01') END
$$;

-- A number is given out before its row can be seen, so `id > last` would lose a late committer. Every writer first
-- holds, to the end of its transaction, a shared lock named after the last group number given out before its own.
CREATE FUNCTION exchange_inbox_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20902, ((last_value - (NOT is_called)::int) & 2147483647)::int)
    FROM exchange_inbox_group_id_seq;
    RETURN NULL;
END $$;
CREATE TRIGGER exchange_inbox_writing BEFORE INSERT ON exchange_inbox_group
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_inbox_writing();

-- The message number up to which nothing can appear any more. The sequence is read before the locks: whoever took a
-- number up to `last` held its lock by then, and holds it until its row can be seen. Locks of later writers look far away.
CREATE FUNCTION exchange_inbox_safe() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last bigint;
    nearest bigint;
BEGIN
    SELECT last_value - (NOT is_called)::int INTO last FROM exchange_inbox_group_id_seq;
    SELECT max(behind) INTO nearest FROM (
        SELECT (last - objid::bigint) & 2147483647 AS behind FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 20902 AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) writers WHERE behind < 1073741824;
    RETURN (last - coalesce(nearest, 0)) * 4096 + 4095;
END $$;

ALTER TABLE exchange_inbox_group ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_inbox_group FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_inbox_group_read ON exchange_inbox_group FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_inbox_group_insert ON exchange_inbox_group FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

DROP POLICY exchange_result_read ON exchange_result;CREATE POLICY exchange_result_read ON exchange_result FOR SELECT USING (EXISTS (SELECT 1 FROM exchange_inbox i WHERE i.id = exchange_inbox_number(exchange_result.receipt_id) AND i.receipt_id = exchange_result.receipt_id));

ALTER TABLE exchange_inbox NO FORCE ROW LEVEL SECURITY;

ALTER TABLE exchange_inbox_group NO FORCE ROW LEVEL SECURITY;

ALTER TABLE exchange_inbox FORCE ROW LEVEL SECURITY;

ALTER TABLE exchange_inbox_group FORCE ROW LEVEL SECURITY;

ALTER TABLE exchange_inbox DROP COLUMN raw; ALTER TABLE exchange_inbox ALTER start DROP DEFAULT;

-- What became of a message, a batch's answer a row: told is [[position, state, document, findings], …]; position 0
-- speaks of the message, 1… of its documents. What is told later of the same position counts in its place.
CREATE TABLE exchange_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_id text NOT NULL,
    told json NOT NULL,
    at timestamptz NOT NULL DEFAULT pz_now()
);
ALTER TABLE exchange_answer ALTER COLUMN told SET STORAGE EXTERNAL;
CREATE INDEX exchange_answer_receipt ON exchange_answer (receipt_id);
INSERT INTO exchange_answer (receipt_id, told, at)
SELECT receipt_id, json_agg(json_build_array(position, state, document, findings) ORDER BY position), max(at)
FROM exchange_result GROUP BY receipt_id;
DROP TABLE exchange_result;
CREATE VIEW exchange_result WITH (security_invoker = true) AS
SELECT DISTINCT ON (a.receipt_id, (one ->> 0)::int)
       a.receipt_id, (one ->> 0)::int AS position, one ->> 1 AS state, one ->> 2 AS document, (one -> 3)::jsonb AS findings, a.at
FROM exchange_answer a CROSS JOIN LATERAL json_array_elements(a.told) AS one
ORDER BY a.receipt_id, (one ->> 0)::int, a.id DESC;

-- A letter may enclose a kept message instead of carrying a body: it is put into its envelope when it is sent.
ALTER TABLE exchange_outbox ALTER COLUMN body DROP NOT NULL, ADD COLUMN enclosed bigint,
    ADD CONSTRAINT exchange_outbox_says CHECK ((body IS NULL) <> (enclosed IS NULL));

-- Official receipts: what one batch answers to one firm, up to a hundred returns, sealed as a whole; the platform's
-- signature over the message they make, and whose certificate confirms it. No zone kept receipts before 0.1.0.
DROP TABLE exchange_receipt;
CREATE TABLE exchange_signer (
    sha256 text PRIMARY KEY,
    certificate bytea NOT NULL
);
CREATE TABLE exchange_receipt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    message text NOT NULL,
    returns smallint NOT NULL CHECK (returns BETWEEN 1 AND 100),
    keys bigint[] NOT NULL,           -- hashes of the business keys inside
    guid text NOT NULL,
    body bytea NOT NULL,
    signature bytea NOT NULL,
    signer text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    fetched_at timestamptz
);
ALTER TABLE exchange_receipt ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX exchange_receipt_organisation ON exchange_receipt (organisation_id, id);

ALTER TABLE exchange_answer ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_answer FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_answer_read ON exchange_answer FOR SELECT USING (EXISTS (SELECT 1 FROM exchange_inbox i WHERE i.id = exchange_inbox_number(exchange_answer.receipt_id) AND i.receipt_id = exchange_answer.receipt_id));

CREATE POLICY exchange_answer_insert ON exchange_answer FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE exchange_receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_receipt FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_receipt_read ON exchange_receipt FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_receipt_insert ON exchange_receipt FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY exchange_receipt_update ON exchange_receipt FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

ALTER TABLE exchange_signer ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_signer FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_signer_read ON exchange_signer FOR SELECT USING (true);

CREATE POLICY exchange_signer_insert ON exchange_signer FOR INSERT WITH CHECK (pz_is('system'));

-- Workers take turns on one stream: each claims the next stretch of messages, works out what needs no lock beside the
-- others, and decides when its forerunner has committed or died. Both numbers are hints: the cursor is the truth.
CREATE SEQUENCE exchange_claimed AS bigint MINVALUE 0 START 0;
CREATE SEQUENCE exchange_ticket AS integer MINVALUE 1 CYCLE;

ALTER TABLE exchange_client ADD COLUMN used_on date;

DROP TRIGGER exchange_client_audit ON exchange_client;CREATE TRIGGER exchange_client_audit AFTER INSERT OR DELETE OR UPDATE OF token_hash, organisation_id, label, created_at, revoked_at ON exchange_client FOR EACH ROW EXECUTE FUNCTION pz_audit_row('token_hash');

-- Where a firm wants to be told. The secret is sealed; after a rotation the old one signs too until old_until (wall time).
-- on: told; off: switched off by the firm; gone: its endpoint answered 410. What is owed waits at the cursor.
CREATE TABLE exchange_hook (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    url text NOT NULL CHECK (length(url) <= 500),
    description text NOT NULL DEFAULT '',
    kinds text[] NOT NULL CHECK (cardinality(kinds) > 0),
    secret bytea NOT NULL,
    old_secret bytea,
    old_until timestamptz,
    state text NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'off', 'gone')),
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    UNIQUE (id, organisation_id)
);
CREATE INDEX exchange_hook_organisation ON exchange_hook (organisation_id, id);

-- How far a subscription came: the last receipt put into a delivery. Moved in the transaction that writes the delivery.
-- troubled: its last attempt failed or was slow, so it shares the smaller part of the places.
CREATE TABLE exchange_hook_cursor (
    hook_id bigint PRIMARY KEY,
    organisation_id bigint NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    troubled boolean NOT NULL DEFAULT false,
    FOREIGN KEY (hook_id, organisation_id) REFERENCES exchange_hook (id, organisation_id)
);

-- What is to be told to a subscription: the receipts first_number … last_number of its firm, or a ping. The content is
-- read again at each attempt; message_id stays, so that the receiver knows a repetition. queued: waits for next_try_at
-- (zone clock); sent: taken; dead: given up, may be replayed. lease and leased_until (wall): somebody is sending it now.
CREATE TABLE exchange_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hook_id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    message_id text NOT NULL UNIQUE,
    kind text NOT NULL,
    first_number bigint,
    last_number bigint,
    items integer NOT NULL DEFAULT 0,
    note text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT pz_now(),
    lease text,
    leased_until timestamptz,
    last_status integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT pz_now(),
    settled_at timestamptz,
    UNIQUE (id, organisation_id),
    CHECK ((first_number IS NULL) = (last_number IS NULL)),
    FOREIGN KEY (hook_id, organisation_id) REFERENCES exchange_hook (id, organisation_id)
);
CREATE INDEX exchange_delivery_hook ON exchange_delivery (hook_id, id);
CREATE INDEX exchange_delivery_waiting ON exchange_delivery (hook_id, id) WHERE state = 'queued';
CREATE INDEX exchange_delivery_dead ON exchange_delivery (hook_id, id) WHERE state = 'dead';

-- Each attempt and what was answered: status 0 where nothing was.
CREATE TABLE exchange_delivery_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT pz_now(),
    status integer NOT NULL,
    took_ms integer NOT NULL,
    error text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',
    FOREIGN KEY (delivery_id, organisation_id) REFERENCES exchange_delivery (id, organisation_id)
);
CREATE INDEX exchange_delivery_attempt_delivery ON exchange_delivery_attempt (delivery_id, id);

-- A receipt's number is given out before its row can be seen. As with the inbox (inbox.sql), every writer holds to the
-- end of its transaction a shared lock named after the last number given out before its own.
CREATE FUNCTION exchange_receipt_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20903, ((last_value - (NOT is_called)::int) & 2147483647)::int)
    FROM exchange_receipt_id_seq;
    RETURN NULL;
END $$;
CREATE TRIGGER exchange_receipt_writing BEFORE INSERT ON exchange_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_receipt_writing();

-- The number below which no receipt can appear any more.
CREATE FUNCTION exchange_receipt_safe() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    last bigint;
    nearest bigint;
BEGIN
    SELECT last_value - (NOT is_called)::int INTO last FROM exchange_receipt_id_seq;
    SELECT max(behind) INTO nearest FROM (
        SELECT (last - objid::bigint) & 2147483647 AS behind FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 20903 AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) writers WHERE behind < 1073741824;
    RETURN last - coalesce(nearest, 0);
END $$;

ALTER TABLE exchange_hook ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hook FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hook_read ON exchange_hook FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_hook_insert ON exchange_hook FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_hook_update ON exchange_hook FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE TRIGGER exchange_hook_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_hook FOR EACH ROW EXECUTE FUNCTION pz_audit_row('secret', 'old_secret');

ALTER TABLE exchange_hook_cursor ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hook_cursor FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hook_cursor_read ON exchange_hook_cursor FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_hook_cursor_insert ON exchange_hook_cursor FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_hook_cursor_update ON exchange_hook_cursor FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

ALTER TABLE exchange_delivery ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_delivery FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_delivery_read ON exchange_delivery FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_delivery_insert ON exchange_delivery FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_delivery_update ON exchange_delivery FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

ALTER TABLE exchange_delivery_attempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_delivery_attempt FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_delivery_attempt_read ON exchange_delivery_attempt FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_delivery_attempt_insert ON exchange_delivery_attempt FOR INSERT WITH CHECK (pz_is('system'));

-- A person may put a letter aside (parked): it is not sent and not given up. The list of letters is read by the day.
ALTER TABLE exchange_outbox DROP CONSTRAINT exchange_outbox_state_check,
    ADD CONSTRAINT exchange_outbox_state_check CHECK (state IN ('queued', 'sent', 'failed', 'dead', 'parked'));
DROP INDEX exchange_outbox_stuck;
CREATE INDEX exchange_outbox_stuck ON exchange_outbox (state, id) WHERE state IN ('failed', 'dead', 'parked');
CREATE INDEX exchange_outbox_created ON exchange_outbox (created_at, id);
CREATE INDEX exchange_outbox_reference ON exchange_outbox ((keys ->> 'reference')) WHERE keys ? 'reference';

-- Letters by their CopMsgId. Row-level security would have every letter opened: what compares JSON is not leakproof.
-- A number opens no letter that its reader may not see.
CREATE FUNCTION exchange_letters_of(reference text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT id FROM exchange_outbox WHERE keys ? 'reference' AND keys ->> 'reference' = reference
$$;
REVOKE ALL ON FUNCTION exchange_letters_of(text) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION exchange_letters_of(text) TO pz_web;
    END IF;
END $$;

DROP POLICY exchange_outbox_read ON exchange_outbox;

DROP POLICY exchange_outbox_insert ON exchange_outbox;

DROP POLICY exchange_outbox_update ON exchange_outbox;

CREATE POLICY exchange_outbox_read ON exchange_outbox FOR SELECT USING ((pz_is('system') OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor'))));

CREATE POLICY exchange_outbox_insert ON exchange_outbox FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY exchange_outbox_update ON exchange_outbox FOR UPDATE USING ((pz_is('system') OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator')))) WITH CHECK ((pz_is('system') OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator'))));

CREATE TABLE exchange_receipt_due (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body bytea NOT NULL
);
ALTER TABLE exchange_receipt_due ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE exchange_receipt_due ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_receipt_due FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_receipt_due_read ON exchange_receipt_due FOR SELECT USING (pz_is('system'));

CREATE POLICY exchange_receipt_due_insert ON exchange_receipt_due FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY exchange_receipt_due_delete ON exchange_receipt_due FOR DELETE USING (pz_is('system'));

-- The exchange between departments: agreements, what was used under them, messages, and the chained log of everything.
-- Whether the caller is an officer or a system of a department (or of a body below it).
CREATE FUNCTION exchange_hub_is(body text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT pz_is('agency') AND (pz_unit() = body OR starts_with(pz_unit(), body || '.'))
$$;

CREATE TABLE exchange_hub_agreement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource text NOT NULL,
    version text NOT NULL,
    owner text NOT NULL,
    applicant text NOT NULL,
    purpose text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 500),
    article text NOT NULL CHECK (length(article) BETWEEN 1 AND 200),
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    whole text[] NOT NULL DEFAULT '{}' CHECK (whole <@ fields),
    rows_filter jsonb NOT NULL DEFAULT '{}',
    volume integer NOT NULL CHECK (volume BETWEEN 1 AND 10000000),
    until date NOT NULL,
    state text NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'checked', 'granted', 'returned', 'declined', 'revoked')),
    applied_by bigint NOT NULL,
    applied_at timestamptz NOT NULL,
    checked_by bigint,
    checked_at timestamptz,
    decided_by bigint,
    decided_at timestamptz,
    ended_by bigint,
    ended_at timestamptz,
    due_on date NOT NULL,
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    CHECK (owner <> applicant),
    CHECK (checked_by IS NULL OR checked_by <> applied_by),
    CHECK (decided_by IS NULL OR (checked_by IS NOT NULL AND decided_by <> applied_by AND decided_by <> checked_by)),
    CHECK ((state IN ('checked', 'returned') AND checked_by IS NOT NULL) OR state = 'applied'
           OR (state IN ('granted', 'declined', 'revoked') AND decided_by IS NOT NULL))
);
CREATE INDEX exchange_hub_agreement_applicant ON exchange_hub_agreement (applicant, resource, id);
CREATE INDEX exchange_hub_agreement_owner ON exchange_hub_agreement (owner, id);

-- Who may take which step: nobody changes what was applied for, the platform checks, the owner decides and revokes.
CREATE FUNCTION exchange_hub_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.resource, NEW.version, NEW.owner, NEW.applicant, NEW.purpose, NEW.article, NEW.fields, NEW.rows_filter,
           NEW.volume, NEW.until, NEW.applied_by, NEW.applied_at)
       IS DISTINCT FROM ROW(OLD.resource, OLD.version, OLD.owner, OLD.applicant, OLD.purpose, OLD.article, OLD.fields,
           OLD.rows_filter, OLD.volume, OLD.until, OLD.applied_by, OLD.applied_at) THEN
        RAISE EXCEPTION 'exchange.hub.step: what was applied for does not change';
    END IF;
    IF pz_is('system') THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) IN (('applied', 'checked'), ('applied', 'returned')) THEN
        IF NOT (pz_is('zone') AND pz_role() = 'operator' AND NEW.checked_by = pz_person()) THEN
            RAISE EXCEPTION 'exchange.hub.step: the platform checks';
        END IF;
    ELSIF (OLD.state, NEW.state) IN (('checked', 'granted'), ('checked', 'declined')) THEN
        IF NOT (exchange_hub_is(OLD.owner) AND NEW.decided_by = pz_person() AND NEW.checked_by = OLD.checked_by) THEN
            RAISE EXCEPTION 'exchange.hub.step: the owner decides';
        END IF;
    ELSIF (OLD.state, NEW.state) = ('granted', 'revoked') THEN
        IF NOT ((exchange_hub_is(OLD.owner) OR exchange_hub_is(OLD.applicant)) AND NEW.ended_by = pz_person()) THEN
            RAISE EXCEPTION 'exchange.hub.step: the owner or the applicant ends it';
        END IF;
    ELSE
        RAISE EXCEPTION 'exchange.hub.step: % does not become %', OLD.state, NEW.state;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_hub_step BEFORE UPDATE ON exchange_hub_agreement FOR EACH ROW EXECUTE FUNCTION exchange_hub_step();

-- What was answered, or refused (outcome is its code): never the values themselves.
CREATE TABLE exchange_hub_use (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    day date NOT NULL,
    agreement bigint,
    resource text NOT NULL,
    owner text NOT NULL,
    consumer text NOT NULL,
    article text NOT NULL DEFAULT '',
    fields text[] NOT NULL DEFAULT '{}',
    rows integer NOT NULL DEFAULT 0,
    cells integer NOT NULL DEFAULT 0,
    empty integer NOT NULL DEFAULT 0,
    outcome text NOT NULL DEFAULT 'answered',
    way text NOT NULL DEFAULT 'query' CHECK (way IN ('query', 'message'))
);
CREATE INDEX exchange_hub_use_agreement ON exchange_hub_use (agreement, day);
CREATE INDEX exchange_hub_use_day ON exchange_hub_use (day, consumer, resource);
CREATE INDEX exchange_hub_use_resource ON exchange_hub_use (resource, id);
CREATE TABLE exchange_hub_concern (
    use bigint NOT NULL REFERENCES exchange_hub_use (id),
    uscc text NOT NULL,
    PRIMARY KEY (uscc, use)
);
CREATE INDEX exchange_hub_concern_use ON exchange_hub_concern (use);
CREATE FUNCTION exchange_hub_firm() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(uscc, '') FROM kernel_organisation WHERE id = pz_organisation() AND pz_is('enterprise')
$$;

-- 校核 and dispute: somebody says a value is wrong; the owner answers; who disagrees disputes; the platform settles.
CREATE TABLE exchange_hub_correction (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource text NOT NULL,
    owner text NOT NULL,
    field text NOT NULL,
    key_value text NOT NULL CHECK (length(key_value) BETWEEN 1 AND 80),
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
    raised_unit text NOT NULL DEFAULT '',
    raised_organisation bigint,
    raised_by bigint NOT NULL,
    raised_at timestamptz NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'corrected', 'kept', 'disputed', 'settled')),
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 500),
    answered_by bigint,
    answered_at timestamptz,
    dispute text NOT NULL DEFAULT '' CHECK (length(dispute) <= 500),
    settled_by bigint,
    settled_at timestamptz,
    ruling text NOT NULL DEFAULT '' CHECK (length(ruling) <= 500),
    CHECK (answered_by IS NULL OR answered_by <> raised_by),
    CHECK (settled_by IS NULL OR (settled_by <> raised_by AND settled_by <> answered_by)),
    CHECK ((raised_unit = '') = (raised_organisation IS NOT NULL))
);

-- Systems of departments: a token (its hash alone is kept) and, where there is one, the certificate that must sign.
CREATE TABLE exchange_hub_client (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit text NOT NULL,
    label text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    certificate text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE TABLE exchange_hub_answer (
    unit text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    request bytea NOT NULL,
    answer bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (unit, key)
);

-- Messages between departments. Order is kept per receiver and key: a message waits for those before it, a dead one holds them up
-- until it is replayed or dropped by a person.
CREATE TABLE exchange_hub_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 100),
    source text NOT NULL,
    target text NOT NULL,
    resource text NOT NULL,
    agreement bigint,
    key text NOT NULL,
    body bytea NOT NULL,
    sha256 bytea NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'taken', 'dead', 'dropped')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    UNIQUE (source, event_id)
);
CREATE INDEX exchange_hub_message_open ON exchange_hub_message (target, key, id) WHERE state IN ('queued', 'dead');
CREATE INDEX exchange_hub_message_day ON exchange_hub_message (created_at);

-- The log: append-only; number and hash are the database's own. hash = sha256(hash before || number (8 bytes) || sha256(entry)).
CREATE TABLE exchange_hub_log (
    number bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    entry text NOT NULL,
    hash bytea NOT NULL
);
CREATE INDEX exchange_hub_log_at ON exchange_hub_log (at);
CREATE TABLE exchange_hub_head (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    number bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT ''
);
INSERT INTO exchange_hub_head DEFAULT VALUES;
CREATE TABLE exchange_hub_batch (
    first bigint PRIMARY KEY,
    last bigint NOT NULL UNIQUE,
    head bytea NOT NULL,
    sealed text NOT NULL,
    signature bytea NOT NULL,
    certificate bytea NOT NULL,
    CHECK (last >= first)
);
CREATE FUNCTION exchange_hub_fill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was exchange_hub_head;
BEGIN
    SELECT * INTO STRICT was FROM exchange_hub_head FOR UPDATE;
    NEW.number := was.number + 1;
    NEW.at := pz_now();
    NEW.hash := sha256(was.hash || int8send(NEW.number) || sha256(convert_to(NEW.entry, 'UTF8')));
    UPDATE exchange_hub_head SET number = NEW.number, hash = NEW.hash;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_hub_fill BEFORE INSERT ON exchange_hub_log FOR EACH ROW EXECUTE FUNCTION exchange_hub_fill();
CREATE FUNCTION exchange_hub_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'exchange.hub.kept: the log is never changed or cut';
END $$;
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_log FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_whole BEFORE TRUNCATE ON exchange_hub_log FOR EACH STATEMENT EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_batch FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_use FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_concern FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();
CREATE FUNCTION exchange_hub_headed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'exchange.hub.kept: the head moves with the log only';
END $$;
CREATE TRIGGER exchange_hub_headed BEFORE INSERT OR UPDATE OR DELETE ON exchange_hub_head
    FOR EACH ROW EXECUTE FUNCTION exchange_hub_headed();

-- What a partner counted himself for a day, beside ours.
CREATE TABLE exchange_hub_count (
    day date NOT NULL,
    unit text NOT NULL,
    ours jsonb NOT NULL,
    theirs jsonb NOT NULL,
    agreed boolean NOT NULL,
    told_by bigint,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (day, unit)
);

ALTER TABLE exchange_hub_agreement ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_agreement FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_agreement_read ON exchange_hub_agreement FOR SELECT USING (((exchange_hub_is(owner) OR exchange_hub_is(applicant)) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_agreement_insert ON exchange_hub_agreement FOR INSERT WITH CHECK (((exchange_hub_is(applicant) AND applied_by = pz_person() AND state = 'applied') OR pz_is('system')));

CREATE POLICY exchange_hub_agreement_update ON exchange_hub_agreement FOR UPDATE USING (((exchange_hub_is(owner) OR exchange_hub_is(applicant)) OR (pz_is('zone') AND pz_role() = 'operator') OR pz_is('system'))) WITH CHECK (((exchange_hub_is(owner) OR exchange_hub_is(applicant)) OR (pz_is('zone') AND pz_role() = 'operator') OR pz_is('system')));

CREATE TRIGGER exchange_hub_agreement_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_hub_agreement FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

ALTER TABLE exchange_hub_use ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_use FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_use_read ON exchange_hub_use FOR SELECT USING ((((exchange_hub_is(owner) OR exchange_hub_is(consumer)) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')) OR (pz_is('enterprise') AND EXISTS (SELECT 1 FROM exchange_hub_concern c WHERE c.use = exchange_hub_use.id AND c.uscc = exchange_hub_firm()))));

CREATE POLICY exchange_hub_use_insert ON exchange_hub_use FOR INSERT WITH CHECK (((exchange_hub_is(owner) OR exchange_hub_is(consumer)) OR pz_is('system')));

ALTER TABLE exchange_hub_concern ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_concern FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_concern_read ON exchange_hub_concern FOR SELECT USING (((uscc = exchange_hub_firm()) OR pz_is('system')));

CREATE POLICY exchange_hub_concern_insert ON exchange_hub_concern FOR INSERT WITH CHECK ((pz_is('agency') OR pz_is('system')));

ALTER TABLE exchange_hub_correction ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_correction FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_correction_read ON exchange_hub_correction FOR SELECT USING (((exchange_hub_is(owner)) OR (raised_unit <> '' AND exchange_hub_is(raised_unit)) OR (pz_is('enterprise') AND raised_organisation = pz_organisation()) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_correction_insert ON exchange_hub_correction FOR INSERT WITH CHECK (((raised_unit <> '' AND exchange_hub_is(raised_unit)) OR (pz_is('enterprise') AND raised_organisation = pz_organisation()) OR pz_is('system')));

CREATE POLICY exchange_hub_correction_update ON exchange_hub_correction FOR UPDATE USING (((exchange_hub_is(owner)) OR (raised_unit <> '' AND exchange_hub_is(raised_unit)) OR (pz_is('enterprise') AND raised_organisation = pz_organisation()) OR (pz_is('zone') AND pz_role() = 'operator') OR pz_is('system'))) WITH CHECK (((exchange_hub_is(owner)) OR (raised_unit <> '' AND exchange_hub_is(raised_unit)) OR (pz_is('enterprise') AND raised_organisation = pz_organisation()) OR (pz_is('zone') AND pz_role() = 'operator') OR pz_is('system')));

CREATE TRIGGER exchange_hub_correction_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_hub_correction FOR EACH ROW EXECUTE FUNCTION pz_audit_row('key_value');

ALTER TABLE exchange_hub_client ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_client FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_client_read ON exchange_hub_client FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_client_insert ON exchange_hub_client FOR INSERT WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_client_update ON exchange_hub_client FOR UPDATE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system'))) WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE TRIGGER exchange_hub_client_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_hub_client FOR EACH ROW EXECUTE FUNCTION pz_audit_row('token_hash');

ALTER TABLE exchange_hub_answer ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_answer FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_answer_read ON exchange_hub_answer FOR SELECT USING (((exchange_hub_is(unit)) OR pz_is('system')));

CREATE POLICY exchange_hub_answer_insert ON exchange_hub_answer FOR INSERT WITH CHECK (((exchange_hub_is(unit)) OR pz_is('system')));

CREATE POLICY exchange_hub_answer_delete ON exchange_hub_answer FOR DELETE USING (pz_is('system'));

ALTER TABLE exchange_hub_message ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_message FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_message_read ON exchange_hub_message FOR SELECT USING (((exchange_hub_is(source) OR exchange_hub_is(target)) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_message_insert ON exchange_hub_message FOR INSERT WITH CHECK (((exchange_hub_is(source)) OR pz_is('system')));

CREATE POLICY exchange_hub_message_update ON exchange_hub_message FOR UPDATE USING (((exchange_hub_is(target)) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system'))) WITH CHECK (((exchange_hub_is(target)) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

ALTER TABLE exchange_hub_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_log FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_log_read ON exchange_hub_log FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_log_insert ON exchange_hub_log FOR INSERT WITH CHECK ((pz_is('agency', 'zone') OR pz_is('system')));

ALTER TABLE exchange_hub_head ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_head FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_head_read ON exchange_hub_head FOR SELECT USING (true);

CREATE POLICY exchange_hub_head_update ON exchange_hub_head FOR UPDATE USING (true) WITH CHECK (true);

ALTER TABLE exchange_hub_batch ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_batch FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_batch_read ON exchange_hub_batch FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_batch_insert ON exchange_hub_batch FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE exchange_hub_count ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_count FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_count_read ON exchange_hub_count FOR SELECT USING (((exchange_hub_is(unit)) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_count_insert ON exchange_hub_count FOR INSERT WITH CHECK (((exchange_hub_is(unit)) OR pz_is('system')));

CREATE POLICY exchange_hub_count_update ON exchange_hub_count FOR UPDATE USING (((exchange_hub_is(unit)) OR pz_is('system'))) WITH CHECK (((exchange_hub_is(unit)) OR pz_is('system')));

CREATE TRIGGER exchange_hub_count_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_hub_count FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

-- Entries wait here, committed with what they tell of, until one pass chains them in their order: nobody waits for the head.
CREATE TABLE exchange_hub_entry (
    ticket bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    entry text NOT NULL
);
ALTER TABLE exchange_hub_log ADD COLUMN ticket bigint;
CREATE UNIQUE INDEX exchange_hub_log_ticket ON exchange_hub_log (ticket);

-- The log is written by the chaining pass alone, and an entry leaves its waiting place by it alone.
DROP TRIGGER exchange_hub_fill ON exchange_hub_log;
DROP FUNCTION exchange_hub_fill();
CREATE FUNCTION exchange_hub_passed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'DELETE') AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'exchange.hub.kept: the log is never changed or cut';
END $$;
CREATE TRIGGER exchange_hub_passed BEFORE INSERT ON exchange_hub_log FOR EACH STATEMENT EXECUTE FUNCTION exchange_hub_passed();
CREATE TRIGGER exchange_hub_passed BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_hub_entry FOR EACH STATEMENT EXECUTE FUNCTION exchange_hub_passed();

-- Chains at most so many waiting entries; answers how many. It sees what is committed, so the order is that of the tickets among those.
CREATE FUNCTION exchange_hub_chain(most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    caller text := current_setting('pz.kind', true);
    was exchange_hub_head;
    one record;
    first bigint;
    tickets bigint[] := '{}';
    hashes bytea[] := '{}';
BEGIN
    PERFORM set_config('pz.kind', 'system', true);  -- row-level security holds the owner too
    SELECT * INTO STRICT was FROM exchange_hub_head FOR UPDATE;
    first := was.number;
    FOR one IN SELECT ticket, entry FROM exchange_hub_entry ORDER BY ticket LIMIT most LOOP
        was.number := was.number + 1;
        was.hash := sha256(was.hash || int8send(was.number) || sha256(convert_to(one.entry, 'UTF8')));
        tickets := array_append(tickets, one.ticket);
        hashes := array_append(hashes, was.hash);
    END LOOP;
    IF was.number > first THEN
        INSERT INTO exchange_hub_log (number, at, entry, hash, ticket)
            SELECT first + k.place, e.at, e.entry, k.hash, k.ticket
            FROM unnest(tickets, hashes) WITH ORDINALITY k(ticket, hash, place) JOIN exchange_hub_entry e USING (ticket) ORDER BY k.place;
        DELETE FROM exchange_hub_entry WHERE ticket = ANY(tickets);
        UPDATE exchange_hub_head SET number = was.number, hash = was.hash;
    END IF;
    PERFORM set_config('pz.kind', coalesce(caller, ''), true);
    RETURN was.number - first;
END $$;

-- What a sender signed of a message; the content kept may be cut and masked, so its digest is another.
ALTER TABLE exchange_hub_message ADD COLUMN signature bytea NOT NULL DEFAULT '';

-- Where a department's system wants its messages pushed to; empty: it fetches them.
ALTER TABLE exchange_hub_client ADD COLUMN push_url text NOT NULL DEFAULT '' CHECK (length(push_url) <= 500);

-- What waits for a receiver, what holds up its key (a dead message, one whose next try is not due): small indexes, so that a long
-- queue costs no more a message than a short one.
DROP INDEX exchange_hub_message_open;
CREATE INDEX exchange_hub_message_waiting ON exchange_hub_message (target, id) WHERE state = 'queued';
CREATE INDEX exchange_hub_message_dead ON exchange_hub_message (target, key, id) WHERE state = 'dead';
CREATE INDEX exchange_hub_message_late ON exchange_hub_message (target, key, id) WHERE state = 'queued' AND attempts > 0;
-- Whom a use concerned is written in the transaction of the use itself; a look at every row would prove nothing more.
ALTER TABLE exchange_hub_concern DROP CONSTRAINT exchange_hub_concern_use_fkey;

ALTER TABLE exchange_hub_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_entry_read ON exchange_hub_entry FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_entry_insert ON exchange_hub_entry FOR INSERT WITH CHECK ((pz_is('agency', 'zone') OR pz_is('system')));

CREATE POLICY exchange_hub_entry_delete ON exchange_hub_entry FOR DELETE USING (pz_is('system'));

-- Districts (or cities) that run a server of their own: who they are, what they may be told, how far each side has the other.
CREATE TABLE exchange_hub_peer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9.-]{1,59}$'),
    own text NOT NULL CHECK (own ~ '^[a-z0-9][a-z0-9.-]{1,59}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    certificate text NOT NULL,
    resources text[] NOT NULL DEFAULT '{}',
    unit text NOT NULL DEFAULT '',
    said bigint NOT NULL DEFAULT 0,
    acked bigint NOT NULL DEFAULT 0,
    reached bigint NOT NULL DEFAULT 0,
    seen bigint NOT NULL DEFAULT 0,
    bundles bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (code <> own)
);
CREATE TABLE exchange_hub_offer (
    peer bigint NOT NULL REFERENCES exchange_hub_peer (id),
    seq bigint NOT NULL,
    resource text NOT NULL,
    key text NOT NULL,
    body bytea NOT NULL,
    sha256 bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (peer, seq)
);
CREATE INDEX exchange_hub_offer_key ON exchange_hub_offer (peer, resource, key, seq);
CREATE TABLE exchange_hub_mirror (
    peer bigint NOT NULL REFERENCES exchange_hub_peer (id),
    resource text NOT NULL,
    key text NOT NULL,
    seq bigint NOT NULL,
    body bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (peer, resource, key)
);
CREATE TABLE exchange_hub_bundle (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer bigint NOT NULL REFERENCES exchange_hub_peer (id),
    way text NOT NULL CHECK (way IN ('out', 'in')),
    number bigint NOT NULL,
    records integer NOT NULL,
    news integer NOT NULL,
    outcome text NOT NULL,
    sha256 bytea NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX exchange_hub_bundle_peer ON exchange_hub_bundle (peer, id);
CREATE TRIGGER exchange_hub_kept BEFORE UPDATE OR DELETE ON exchange_hub_bundle FOR EACH ROW EXECUTE FUNCTION exchange_hub_kept();

ALTER TABLE exchange_hub_peer ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_peer FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_peer_read ON exchange_hub_peer FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_peer_insert ON exchange_hub_peer FOR INSERT WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_peer_update ON exchange_hub_peer FOR UPDATE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system'))) WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

ALTER TABLE exchange_hub_bundle ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_bundle FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_bundle_read ON exchange_hub_bundle FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor')) OR pz_is('system')));

CREATE POLICY exchange_hub_bundle_insert ON exchange_hub_bundle FOR INSERT WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_bundle_update ON exchange_hub_bundle FOR UPDATE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system'))) WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE TRIGGER exchange_hub_peer_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_hub_peer FOR EACH ROW EXECUTE FUNCTION pz_audit_row('certificate');

ALTER TABLE exchange_hub_offer ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_offer FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_offer_read ON exchange_hub_offer FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_offer_insert ON exchange_hub_offer FOR INSERT WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_offer_update ON exchange_hub_offer FOR UPDATE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system'))) WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_offer_delete ON exchange_hub_offer FOR DELETE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

ALTER TABLE exchange_hub_mirror ENABLE ROW LEVEL SECURITY;

ALTER TABLE exchange_hub_mirror FORCE ROW LEVEL SECURITY;

CREATE POLICY exchange_hub_mirror_read ON exchange_hub_mirror FOR SELECT USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_mirror_insert ON exchange_hub_mirror FOR INSERT WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_mirror_update ON exchange_hub_mirror FOR UPDATE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system'))) WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE POLICY exchange_hub_mirror_delete ON exchange_hub_mirror FOR DELETE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

ALTER TABLE exchange_hub_use ADD COLUMN took_ms integer CHECK (took_ms >= 0);

CREATE TABLE "fx_check_month" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "month" date NOT NULL, "exports" numeric(16, 2) NOT NULL, "list_exports" numeric(16, 2) NOT NULL, "imports" numeric(16, 2) NOT NULL, "receipts" numeric(16, 2) NOT NULL, "payments" numeric(16, 2) NOT NULL, "netted" numeric(16, 2) NOT NULL, "credit_balance" numeric(16, 2) NOT NULL, "told_at" timestamp with time zone NOT NULL, CONSTRAINT "fx_check_month_once" UNIQUE ("organisation_id", "month"), CONSTRAINT "fx_check_month_positive" CHECK (("exports" >= 0 AND "imports" >= 0 AND "list_exports" >= 0 AND "netted" >= 0 AND "payments" >= 0 AND "receipts" >= 0)));

CREATE TABLE "fx_consent" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "bank_id" bigint NOT NULL, "given_at" timestamp with time zone NOT NULL, "given_by" bigint NULL, "withdrawn_at" timestamp with time zone NULL);

CREATE TABLE "fx_document" ("key" varchar(80) NOT NULL PRIMARY KEY, "number" varchar(60) NOT NULL, "exporter_id" bigint NULL, "currency" varchar(3) NOT NULL, "amount" numeric(16, 2) NOT NULL, "usd" numeric(16, 2) NOT NULL, "used_usd" numeric(16, 2) NOT NULL, CONSTRAINT "fx_document_used_once" CHECK (("usd" >= ("used_usd") AND "used_usd" >= 0)));

CREATE TABLE "fx_outlay" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "client_id" bigint NOT NULL, "kind" varchar(12) NOT NULL, "currency" varchar(3) NOT NULL, "amount" numeric(16, 2) NOT NULL, "repaid" numeric(16, 2) NOT NULL, "advanced_on" date NOT NULL, "due_on" date NOT NULL, "recorded_at" timestamp with time zone NOT NULL, CONSTRAINT "fx_outlay_repaid" CHECK (("amount" > 0 AND "amount" >= ("repaid") AND "repaid" >= 0)));

CREATE TABLE "fx_party" ("organisation_id" bigint NOT NULL PRIMARY KEY, "kind" varchar(12) NOT NULL, "klass" varchar(1) NOT NULL, "recognised_on" date NULL, "listed_on" date NULL, "klass_until" date NULL, "keeps_pending" boolean NOT NULL, "room_usd" numeric(16, 2) NOT NULL, "synthetic" boolean NOT NULL, "told_at" timestamp with time zone NOT NULL, CONSTRAINT "fx_party_klass" CHECK ("klass" IN ('', 'A', 'B', 'C')), CONSTRAINT "fx_party_kind" CHECK ("kind" IN ('enterprise', 'service', 'trader', 'individual', 'institution')));

CREATE TABLE "fx_quota" ("organisation_id" bigint NOT NULL, "year" integer NOT NULL, "limit_usd" numeric(16, 2) NOT NULL, "used_usd" numeric(16, 2) NOT NULL, CONSTRAINT "fx_quota_kept" CHECK (("limit_usd" >= ("used_usd") AND "used_usd" >= 0)), PRIMARY KEY ("organisation_id", "year"));

CREATE TABLE "fx_receipt" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "bank_id" bigint NOT NULL, "number" varchar(40) NOT NULL, "organisation_id" bigint NOT NULL, "client_id" bigint NULL, "payer" varchar(120) NOT NULL, "country" varchar(3) NOT NULL, "currency" varchar(3) NOT NULL, "amount" numeric(16, 2) NOT NULL, "usd" numeric(16, 2) NOT NULL, "received_on" date NOT NULL, "via_institution" boolean NOT NULL, "state" varchar(9) NOT NULL, "purpose" varchar(7) NOT NULL, "expected_on" date NULL, "agency" varchar(60) NOT NULL, "collecting" jsonb NOT NULL, "settled" numeric(16, 2) NOT NULL, "credited" numeric(16, 2) NOT NULL, "returned" numeric(16, 2) NOT NULL, "refunded" numeric(16, 2) NOT NULL, "linked_usd" numeric(16, 2) NOT NULL, "netted_usd" numeric(16, 2) NOT NULL, "legs" jsonb NOT NULL, "outcome" varchar(8) NOT NULL, "counts_quota" boolean NOT NULL, "taken_at" timestamp with time zone NOT NULL, "applied_at" timestamp with time zone NULL, "decided_at" timestamp with time zone NULL, CONSTRAINT "fx_receipt_once" UNIQUE ("bank_id", "number"), CONSTRAINT "fx_receipt_not_negative" CHECK (("amount" > 0 AND "credited" >= 0 AND "refunded" >= 0 AND "returned" >= 0 AND "settled" >= 0)), CONSTRAINT "fx_receipt_never_oversold" CHECK ("amount" >= (("settled" + "credited") + "returned")), CONSTRAINT "fx_receipt_refund_of_settled" CHECK ("refunded" <= ("settled" + "credited")), CONSTRAINT "fx_receipt_linked" CHECK (("linked_usd" >= 0 AND "linked_usd" <= ("usd" + "netted_usd") AND "netted_usd" >= 0)), CONSTRAINT "fx_receipt_state" CHECK ("state" IN ('received', 'applied', 'asked', 'done', 'refused')));

CREATE TABLE "fx_decision" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "maker" varchar(8) NOT NULL, "outcome" varchar(8) NOT NULL, "amount" numeric(16, 2) NULL, "note" varchar(300) NOT NULL, "advice" jsonb NOT NULL, "algorithm" varchar(30) NOT NULL, "edition" varchar(16) NOT NULL, "person" bigint NULL, "at" timestamp with time zone NOT NULL, "receipt_id" bigint NOT NULL);

CREATE TABLE "fx_rate" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "currency" varchar(3) NOT NULL, "usd" numeric(16, 8) NOT NULL, "source" varchar(120) NOT NULL, "told_at" timestamp with time zone NOT NULL, CONSTRAINT "fx_rate_once" UNIQUE ("month", "currency"), CONSTRAINT "fx_rate_positive" CHECK ("usd" > 0));

CREATE TABLE "fx_link" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "usd" numeric(16, 2) NOT NULL, "facts" jsonb NOT NULL, "linked_at" timestamp with time zone NOT NULL, "undone_at" timestamp with time zone NULL, "document_id" varchar(80) NOT NULL, "receipt_id" bigint NOT NULL, CONSTRAINT "fx_link_positive" CHECK ("usd" > 0));

CREATE TABLE "fx_entry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "event" varchar(8) NOT NULL, "amount" numeric(16, 2) NOT NULL, "usd" numeric(16, 2) NOT NULL, "reference" varchar(60) NOT NULL, "at" timestamp with time zone NOT NULL, "receipt_id" bigint NOT NULL, CONSTRAINT "fx_entry_positive" CHECK ("amount" > 0), CONSTRAINT "fx_entry_once" UNIQUE ("receipt_id", "event", "reference"));

CREATE TABLE "fx_credit_report" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(8) NOT NULL, "usd" numeric(16, 2) NOT NULL, "due_on" date NOT NULL, "reported_at" timestamp with time zone NULL, "expected_on" date NULL, "safe_no" varchar(40) NOT NULL, "receipt_id" bigint NOT NULL, CONSTRAINT "fx_credit_report_once" UNIQUE ("receipt_id", "kind"));

CREATE UNIQUE INDEX "fx_consent_once" ON "fx_consent" ("organisation_id", "bank_id") WHERE "withdrawn_at" IS NULL;

CREATE INDEX "fx_document_key_67a06af2_like" ON "fx_document" ("key" varchar_pattern_ops);

CREATE INDEX "fx_receipt_queue" ON "fx_receipt" ("bank_id", "state", "id" DESC);

CREATE INDEX "fx_receipt_firm" ON "fx_receipt" ("organisation_id", "received_on");

ALTER TABLE "fx_decision" ADD CONSTRAINT "fx_decision_receipt_id_ffa7c90b_fk_fx_receipt_id" FOREIGN KEY ("receipt_id") REFERENCES "fx_receipt" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "fx_decision_receipt_id_ffa7c90b" ON "fx_decision" ("receipt_id");

ALTER TABLE "fx_link" ADD CONSTRAINT "fx_link_document_id_7e1960cf_fk_fx_document_key" FOREIGN KEY ("document_id") REFERENCES "fx_document" ("key") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "fx_link" ADD CONSTRAINT "fx_link_receipt_id_b1090efb_fk_fx_receipt_id" FOREIGN KEY ("receipt_id") REFERENCES "fx_receipt" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "fx_link_once" ON "fx_link" ("receipt_id", "document_id") WHERE "undone_at" IS NULL;

CREATE INDEX "fx_link_document_id_7e1960cf" ON "fx_link" ("document_id");

CREATE INDEX "fx_link_document_id_7e1960cf_like" ON "fx_link" ("document_id" varchar_pattern_ops);

CREATE INDEX "fx_link_receipt_id_b1090efb" ON "fx_link" ("receipt_id");

ALTER TABLE "fx_entry" ADD CONSTRAINT "fx_entry_receipt_id_601c4f82_fk_fx_receipt_id" FOREIGN KEY ("receipt_id") REFERENCES "fx_receipt" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "fx_entry_receipt_id_601c4f82" ON "fx_entry" ("receipt_id");

ALTER TABLE "fx_credit_report" ADD CONSTRAINT "fx_credit_report_receipt_id_1beaf43b_fk_fx_receipt_id" FOREIGN KEY ("receipt_id") REFERENCES "fx_receipt" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "fx_credit_report_receipt_id_1beaf43b" ON "fx_credit_report" ("receipt_id");

ALTER TABLE fx_receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_receipt FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_receipt_read ON fx_receipt FOR SELECT USING (((pz_is('enterprise') AND pz_organisation() IN (bank_id, organisation_id, client_id)) OR (pz_is('agency') AND pz_unit() = 'zone.safe') OR pz_is('system')));

CREATE POLICY fx_receipt_insert ON fx_receipt FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_receipt_update ON fx_receipt FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_party ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_party FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_party_read ON fx_party FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('enterprise') AND EXISTS (SELECT 1 FROM fx_receipt r WHERE r.organisation_id = fx_party.organisation_id AND r.bank_id = pz_organisation())) OR (pz_is('agency') AND pz_unit() = 'zone.safe') OR pz_is('system')));

CREATE POLICY fx_party_insert ON fx_party FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_party_update ON fx_party FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_rate ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_rate FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_rate_read ON fx_rate FOR SELECT USING (true);

CREATE POLICY fx_rate_insert ON fx_rate FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_rate_update ON fx_rate FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_consent ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_consent FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_consent_read ON fx_consent FOR SELECT USING (((pz_is('enterprise') AND pz_organisation() IN (bank_id, organisation_id)) OR (pz_is('agency') AND pz_unit() = 'zone.safe') OR pz_is('system')));

CREATE POLICY fx_consent_insert ON fx_consent FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_consent_update ON fx_consent FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_link ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_link FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_link_read ON fx_link FOR SELECT USING (EXISTS (SELECT 1 FROM fx_receipt r WHERE r.id = receipt_id));

CREATE POLICY fx_link_insert ON fx_link FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_link_update ON fx_link FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_document ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_document FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_document_read ON fx_document FOR SELECT USING ((EXISTS (SELECT 1 FROM fx_link l WHERE l.document_id = key) OR pz_is('system')));

CREATE POLICY fx_document_insert ON fx_document FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_document_update ON fx_document FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_entry_read ON fx_entry FOR SELECT USING (EXISTS (SELECT 1 FROM fx_receipt r WHERE r.id = receipt_id));

CREATE POLICY fx_entry_insert ON fx_entry FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE fx_decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_decision FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_decision_read ON fx_decision FOR SELECT USING (EXISTS (SELECT 1 FROM fx_receipt r WHERE r.id = receipt_id));

CREATE POLICY fx_decision_insert ON fx_decision FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE fx_credit_report ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_credit_report FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_credit_report_read ON fx_credit_report FOR SELECT USING (EXISTS (SELECT 1 FROM fx_receipt r WHERE r.id = receipt_id));

CREATE POLICY fx_credit_report_insert ON fx_credit_report FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_credit_report_update ON fx_credit_report FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_outlay ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_outlay FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_outlay_read ON fx_outlay FOR SELECT USING (((pz_is('enterprise') AND pz_organisation() IN (client_id, organisation_id)) OR (pz_is('agency') AND pz_unit() = 'zone.safe') OR pz_is('system')));

CREATE POLICY fx_outlay_insert ON fx_outlay FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_outlay_update ON fx_outlay FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_quota ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_quota FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_quota_read ON fx_quota FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.safe') OR pz_is('system')));

CREATE POLICY fx_quota_insert ON fx_quota FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_quota_update ON fx_quota FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_check_month ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_check_month FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_check_month_read ON fx_check_month FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.safe') OR pz_is('system')));

CREATE POLICY fx_check_month_insert ON fx_check_month FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_check_month_update ON fx_check_month FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE TRIGGER fx_party_audit AFTER INSERT OR UPDATE OR DELETE ON fx_party FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER fx_outlay_audit AFTER INSERT OR UPDATE OR DELETE ON fx_outlay FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE FUNCTION fx_entry_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE fx_receipt SET
    settled = settled + CASE NEW.event WHEN 'SETTLE' THEN NEW.amount ELSE 0 END,
    credited = credited + CASE NEW.event WHEN 'CREDIT' THEN NEW.amount ELSE 0 END,
    returned = returned + CASE NEW.event WHEN 'RETURN' THEN NEW.amount ELSE 0 END,
    refunded = refunded + CASE NEW.event WHEN 'REFUND' THEN NEW.amount ELSE 0 END
  WHERE id = NEW.receipt_id;
  IF NOT FOUND THEN RAISE EXCEPTION 'no receipt %', NEW.receipt_id USING ERRCODE = 'foreign_key_violation'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER fx_entry_moves AFTER INSERT ON fx_entry FOR EACH ROW EXECUTE FUNCTION fx_entry_moves();
CREATE FUNCTION fx_link_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE step numeric := NEW.usd;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.receipt_id <> OLD.receipt_id OR NEW.document_id <> OLD.document_id OR NEW.usd <> OLD.usd
       OR OLD.undone_at IS NOT NULL THEN
      RAISE EXCEPTION 'a link is undone, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.undone_at IS NULL THEN RETURN NULL; END IF;
    step := -OLD.usd;
  ELSIF NEW.undone_at IS NOT NULL THEN
    RAISE EXCEPTION 'a link begins standing' USING ERRCODE = 'restrict_violation';
  END IF;
  UPDATE fx_document SET used_usd = used_usd + step WHERE key = NEW.document_id;
  UPDATE fx_receipt SET linked_usd = linked_usd + step WHERE id = NEW.receipt_id;
  RETURN NULL;
END $$;
CREATE TRIGGER fx_link_moves AFTER INSERT OR UPDATE ON fx_link FOR EACH ROW EXECUTE FUNCTION fx_link_moves();
CREATE FUNCTION fx_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER fx_entry_kept BEFORE UPDATE OR DELETE ON fx_entry FOR EACH ROW EXECUTE FUNCTION fx_kept();
CREATE TRIGGER fx_decision_kept BEFORE UPDATE OR DELETE ON fx_decision FOR EACH ROW EXECUTE FUNCTION fx_kept();
CREATE TRIGGER fx_link_kept BEFORE DELETE ON fx_link FOR EACH ROW EXECUTE FUNCTION fx_kept();

CREATE TABLE "fx_payment" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "bank_id" bigint NOT NULL, "number" varchar(40) NOT NULL, "organisation_id" bigint NOT NULL, "client_id" bigint NULL, "purpose" varchar(12) NOT NULL, "payee" varchar(120) NOT NULL, "country" varchar(3) NOT NULL, "currency" varchar(3) NOT NULL, "amount" numeric(16, 2) NOT NULL, "usd" numeric(16, 2) NOT NULL, "pay_on" date NOT NULL, "expected_on" date NULL, "same_route" boolean NOT NULL, "registration" varchar(40) NOT NULL, "tax_filing" varchar(40) NOT NULL, "state" varchar(8) NOT NULL, "outcome" varchar(8) NOT NULL, "counts_quota" boolean NOT NULL, "report_kind" varchar(8) NOT NULL, "report_due_on" date NULL, "reported_at" timestamp with time zone NULL, "safe_no" varchar(40) NOT NULL, "reference" varchar(60) NOT NULL, "applied_at" timestamp with time zone NOT NULL, "decided_at" timestamp with time zone NULL, "receipt_id" bigint NULL);

CREATE TABLE "fx_payment_decision" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "maker" varchar(8) NOT NULL, "outcome" varchar(8) NOT NULL, "note" varchar(300) NOT NULL, "advice" jsonb NOT NULL, "algorithm" varchar(30) NOT NULL, "edition" varchar(16) NOT NULL, "person" bigint NULL, "at" timestamp with time zone NOT NULL, "payment_id" bigint NOT NULL);

CREATE TABLE "fx_voucher" ("key" varchar(200) NOT NULL PRIMARY KEY, "kind" varchar(12) NOT NULL, "number" varchar(60) NOT NULL, "issuer" varchar(120) NOT NULL, "dated_on" date NOT NULL, "currency" varchar(3) NOT NULL, "amount" numeric(16, 2) NOT NULL, "usd" numeric(16, 2) NOT NULL, "used_usd" numeric(16, 2) NOT NULL, CONSTRAINT "fx_voucher_used_once" CHECK (("usd" >= ("used_usd") AND "used_usd" >= 0)));

CREATE TABLE "fx_backing" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "usd" numeric(16, 2) NOT NULL, "linked_at" timestamp with time zone NOT NULL, "undone_at" timestamp with time zone NULL, "payment_id" bigint NOT NULL, "voucher_id" varchar(200) NOT NULL);

CREATE INDEX "fx_payment_queue" ON "fx_payment" ("bank_id", "state", "id" DESC);

CREATE INDEX "fx_payment_firm" ON "fx_payment" ("organisation_id", "pay_on");

ALTER TABLE "fx_payment" ADD CONSTRAINT "fx_payment_once" UNIQUE ("organisation_id", "number");

ALTER TABLE "fx_payment" ADD CONSTRAINT "fx_payment_positive" CHECK (("amount" > 0 AND "usd" > 0));

ALTER TABLE "fx_payment" ADD CONSTRAINT "fx_payment_state" CHECK ("state" IN ('applied', 'asked', 'paid', 'refused'));

ALTER TABLE "fx_backing" ADD CONSTRAINT "fx_backing_positive" CHECK ("usd" > 0);

CREATE UNIQUE INDEX "fx_backing_once" ON "fx_backing" ("payment_id", "voucher_id") WHERE "undone_at" IS NULL;

ALTER TABLE fx_payment ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_payment FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_payment_read ON fx_payment FOR SELECT USING (((pz_is('enterprise') AND pz_organisation() IN (bank_id, organisation_id, client_id)) OR (pz_is('agency') AND pz_unit() = 'zone.safe') OR pz_is('system')));

CREATE POLICY fx_payment_insert ON fx_payment FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_payment_update ON fx_payment FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_backing ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_backing FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_backing_read ON fx_backing FOR SELECT USING (EXISTS (SELECT 1 FROM fx_payment p WHERE p.id = payment_id));

CREATE POLICY fx_backing_insert ON fx_backing FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_backing_update ON fx_backing FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_voucher ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_voucher FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_voucher_read ON fx_voucher FOR SELECT USING ((EXISTS (SELECT 1 FROM fx_backing b WHERE b.voucher_id = key) OR pz_is('system')));

CREATE POLICY fx_voucher_insert ON fx_voucher FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY fx_voucher_update ON fx_voucher FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE fx_payment_decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE fx_payment_decision FORCE ROW LEVEL SECURITY;

CREATE POLICY fx_payment_decision_read ON fx_payment_decision FOR SELECT USING (EXISTS (SELECT 1 FROM fx_payment p WHERE p.id = payment_id));

CREATE POLICY fx_payment_decision_insert ON fx_payment_decision FOR INSERT WITH CHECK (pz_is('system'));

CREATE FUNCTION fx_backing_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE step numeric := NEW.usd;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.payment_id <> OLD.payment_id OR NEW.voucher_id <> OLD.voucher_id OR NEW.usd <> OLD.usd
       OR OLD.undone_at IS NOT NULL THEN
      RAISE EXCEPTION 'a backing is undone, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.undone_at IS NULL THEN RETURN NULL; END IF;
    step := -OLD.usd;
  ELSIF NEW.undone_at IS NOT NULL THEN
    RAISE EXCEPTION 'a backing begins standing' USING ERRCODE = 'restrict_violation';
  END IF;
  UPDATE fx_voucher SET used_usd = used_usd + step WHERE key = NEW.voucher_id;
  RETURN NULL;
END $$;
CREATE TRIGGER fx_backing_moves AFTER INSERT OR UPDATE ON fx_backing FOR EACH ROW EXECUTE FUNCTION fx_backing_moves();
CREATE TRIGGER fx_backing_kept BEFORE DELETE ON fx_backing FOR EACH ROW EXECUTE FUNCTION fx_kept();
CREATE TRIGGER fx_payment_decision_kept BEFORE UPDATE OR DELETE ON fx_payment_decision
  FOR EACH ROW EXECUTE FUNCTION fx_kept();

ALTER TABLE "fx_payment" ADD CONSTRAINT "fx_payment_receipt_id_ec22bcf5_fk_fx_receipt_id" FOREIGN KEY ("receipt_id") REFERENCES "fx_receipt" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "fx_payment_receipt_id_ec22bcf5" ON "fx_payment" ("receipt_id");

ALTER TABLE "fx_payment_decision" ADD CONSTRAINT "fx_payment_decision_payment_id_a80897b6_fk_fx_payment_id" FOREIGN KEY ("payment_id") REFERENCES "fx_payment" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "fx_payment_decision_payment_id_a80897b6" ON "fx_payment_decision" ("payment_id");

CREATE INDEX "fx_voucher_key_887fb88e_like" ON "fx_voucher" ("key" varchar_pattern_ops);

ALTER TABLE "fx_backing" ADD CONSTRAINT "fx_backing_payment_id_63a59d5c_fk_fx_payment_id" FOREIGN KEY ("payment_id") REFERENCES "fx_payment" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "fx_backing" ADD CONSTRAINT "fx_backing_voucher_id_e96829f2_fk_fx_voucher_key" FOREIGN KEY ("voucher_id") REFERENCES "fx_voucher" ("key") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "fx_backing_payment_id_63a59d5c" ON "fx_backing" ("payment_id");

CREATE INDEX "fx_backing_voucher_id_e96829f2" ON "fx_backing" ("voucher_id");

CREATE INDEX "fx_backing_voucher_id_e96829f2_like" ON "fx_backing" ("voucher_id" varchar_pattern_ops);

CREATE TABLE "kernel_site" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "slug" varchar(40) NOT NULL UNIQUE, "unit_path" varchar(200) NOT NULL, "name_zh" varchar(80) NOT NULL, "name_en" varchar(120) NOT NULL, "accent" varchar(12) NOT NULL, "logo" bytea NOT NULL, "logo_sha256" varchar(64) NOT NULL, "intro_zh" varchar(1000) NOT NULL, "intro_en" varchar(2000) NOT NULL, "menu" jsonb NOT NULL, "links" jsonb NOT NULL, "notices" jsonb NOT NULL, "prereview" boolean NOT NULL, "since" date NOT NULL, "until" date NULL, "version" integer NOT NULL, "changed_at" timestamp with time zone NOT NULL, "opened_by_id" bigint NULL, "unit_id" bigint NOT NULL);

CREATE TABLE "kernel_siteprovider" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "service_zh" varchar(120) NOT NULL, "service_en" varchar(200) NOT NULL, "since" date NOT NULL, "until" date NULL, "organisation_id" bigint NOT NULL, "site_id" bigint NOT NULL);

CREATE UNIQUE INDEX "kernel_site_unit_once" ON "kernel_site" ("unit_id") WHERE "until" IS NULL;

CREATE UNIQUE INDEX "kernel_site_name_once" ON "kernel_site" ("name_zh") WHERE "until" IS NULL;

ALTER TABLE "kernel_site" ADD CONSTRAINT "kernel_site_days" CHECK (("until" IS NULL OR "until" >= ("since")));

CREATE UNIQUE INDEX "kernel_siteprovider_once" ON "kernel_siteprovider" ("site_id", "organisation_id") WHERE "until" IS NULL;

ALTER TABLE "kernel_site" ADD CONSTRAINT "kernel_site_opened_by_id_43e3fa9b_fk_kernel_person_id" FOREIGN KEY ("opened_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_site" ADD CONSTRAINT "kernel_site_unit_id_085c2090_fk_kernel_unit_id" FOREIGN KEY ("unit_id") REFERENCES "kernel_unit" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_site_slug_19e0fa6f_like" ON "kernel_site" ("slug" varchar_pattern_ops);

CREATE INDEX "kernel_site_opened_by_id_43e3fa9b" ON "kernel_site" ("opened_by_id");

CREATE INDEX "kernel_site_unit_id_085c2090" ON "kernel_site" ("unit_id");

ALTER TABLE "kernel_siteprovider" ADD CONSTRAINT "kernel_siteprovider_organisation_id_0b4f82ea_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "kernel_siteprovider" ADD CONSTRAINT "kernel_siteprovider_site_id_30d82b16_fk_kernel_site_id" FOREIGN KEY ("site_id") REFERENCES "kernel_site" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "kernel_siteprovider_organisation_id_0b4f82ea" ON "kernel_siteprovider" ("organisation_id");

CREATE INDEX "kernel_siteprovider_site_id_30d82b16" ON "kernel_siteprovider" ("site_id");

ALTER TABLE kernel_site ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_site FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_site_read ON kernel_site FOR SELECT USING (true);

CREATE POLICY kernel_site_insert ON kernel_site FOR INSERT WITH CHECK ((pz_is('system') OR pz_is('zone')));

CREATE POLICY kernel_site_update ON kernel_site FOR UPDATE USING (((pz_is('system') OR pz_is('zone')) OR (pz_is('district') AND unit_path = pz_unit()))) WITH CHECK (((pz_is('system') OR pz_is('zone')) OR (pz_is('district') AND unit_path = pz_unit())));

ALTER TABLE kernel_siteprovider ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_siteprovider FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_siteprovider_read ON kernel_siteprovider FOR SELECT USING (true);

CREATE POLICY kernel_siteprovider_insert ON kernel_siteprovider FOR INSERT WITH CHECK (((pz_is('system') OR pz_is('zone')) OR site_id IN (SELECT id FROM kernel_site WHERE unit_path = pz_unit())));

CREATE POLICY kernel_siteprovider_update ON kernel_siteprovider FOR UPDATE USING (((pz_is('system') OR pz_is('zone')) OR site_id IN (SELECT id FROM kernel_site WHERE unit_path = pz_unit()))) WITH CHECK (((pz_is('system') OR pz_is('zone')) OR site_id IN (SELECT id FROM kernel_site WHERE unit_path = pz_unit())));

CREATE TRIGGER kernel_site_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_site FOR EACH ROW EXECUTE FUNCTION pz_audit_row('logo');

CREATE TRIGGER kernel_siteprovider_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_siteprovider FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

-- Papers that were issued: what they say is not kept here, only what proves it (kernel/papers.py).
CREATE TABLE kernel_paper (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind <> ''),
    record text NOT NULL,                 -- the key of the record the paper was made of
    audience text NOT NULL,               -- who may be shown this content: figures and masks differ by reader
    organisation bigint,
    unit text NOT NULL DEFAULT '',
    person bigint,                        -- who printed it first
    prefix text NOT NULL CHECK (prefix ~ '^[A-Z]{2}$'),
    code text NOT NULL UNIQUE CHECK (code ~ '^[0-9A-Z]{20}$'),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    stamp text NOT NULL,                  -- digest of what decides whether the paper still holds
    template int NOT NULL,
    issued_at timestamptz NOT NULL,       -- zone time
    superseded_at timestamptz,            -- zone time
    revoked_at timestamptz,               -- zone time
    revoked_why text NOT NULL DEFAULT ''
);
-- of one record, for one audience, one paper is in force
CREATE UNIQUE INDEX kernel_paper_force ON kernel_paper (kind, record, audience)
    WHERE superseded_at IS NULL AND revoked_at IS NULL;

-- What was said once stays said: only the end of a paper is written afterwards, and once.
CREATE FUNCTION pz_paper_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.kind, OLD.record, OLD.audience, OLD.organisation, OLD.unit, OLD.person, OLD.prefix, OLD.code, OLD.digest, OLD.stamp,
        OLD.template, OLD.issued_at) IS DISTINCT FROM (NEW.kind, NEW.record, NEW.audience, NEW.organisation, NEW.unit,
        NEW.person, NEW.prefix, NEW.code, NEW.digest, NEW.stamp, NEW.template, NEW.issued_at)
        OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
        OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'kernel.paper.kept: an issued paper is not changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_paper_kept BEFORE UPDATE ON kernel_paper FOR EACH ROW EXECUTE FUNCTION pz_paper_kept();

ALTER TABLE kernel_paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE kernel_paper FORCE ROW LEVEL SECURITY;

CREATE POLICY kernel_paper_read ON kernel_paper FOR SELECT USING ((pz_is('system') OR (organisation = pz_organisation() OR (organisation IS NULL AND unit <> '' AND unit = pz_unit() AND pz_is('agency', 'zone', 'district')) OR (organisation IS NULL AND unit = '' AND person = pz_person()))));

CREATE POLICY kernel_paper_insert ON kernel_paper FOR INSERT WITH CHECK ((pz_is('system') OR (organisation = pz_organisation() OR (organisation IS NULL AND unit <> '' AND unit = pz_unit() AND pz_is('agency', 'zone', 'district')) OR (organisation IS NULL AND unit = '' AND person = pz_person()))));

CREATE POLICY kernel_paper_update ON kernel_paper FOR UPDATE USING ((pz_is('system') OR (organisation = pz_organisation() OR (organisation IS NULL AND unit <> '' AND unit = pz_unit() AND pz_is('agency', 'zone', 'district')) OR (organisation IS NULL AND unit = '' AND person = pz_person())))) WITH CHECK ((pz_is('system') OR (organisation = pz_organisation() OR (organisation IS NULL AND unit <> '' AND unit = pz_unit() AND pz_is('agency', 'zone', 'district')) OR (organisation IS NULL AND unit = '' AND person = pz_person()))));

CREATE TRIGGER kernel_paper_audit AFTER INSERT OR UPDATE OR DELETE ON kernel_paper FOR EACH ROW EXECUTE FUNCTION pz_audit_row('code');

CREATE TABLE "mfa_authenticator" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "type" varchar(20) NOT NULL, "data" jsonb NOT NULL, "user_id" bigint NOT NULL);

ALTER TABLE "mfa_authenticator" ADD CONSTRAINT "mfa_authenticator_user_id_type_798d27ea_uniq" UNIQUE ("user_id", "type");

ALTER TABLE "mfa_authenticator" ADD CONSTRAINT "mfa_authenticator_user_id_0c3a50c0_fk_kernel_person_id" FOREIGN KEY ("user_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "mfa_authenticator_user_id_0c3a50c0" ON "mfa_authenticator" ("user_id");

ALTER TABLE "mfa_authenticator" ADD COLUMN "created_at" timestamp with time zone DEFAULT 'epoch'::timestamptz NOT NULL;

ALTER TABLE "mfa_authenticator" ALTER COLUMN "created_at" DROP DEFAULT;

ALTER TABLE "mfa_authenticator" ADD COLUMN "last_used_at" timestamp with time zone NULL;

ALTER TABLE "mfa_authenticator" DROP CONSTRAINT "mfa_authenticator_user_id_type_798d27ea_uniq";

CREATE UNIQUE INDEX "unique_authenticator_type" ON "mfa_authenticator" ("user_id", "type") WHERE "type" IN ('totp', 'recovery_codes');

CREATE TABLE "plan_deadline" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "task" integer NOT NULL, "due" varchar(7) NOT NULL, "reason" text NOT NULL, "asked_by" bigint NOT NULL, "asked_at" timestamp with time zone NOT NULL, "verdict" varchar(9) NOT NULL, "decided_by" bigint NULL, "decided_at" timestamp with time zone NULL, CONSTRAINT "plan_deadline_verdict" CHECK ("verdict" IN ('', 'approved', 'refused')), CONSTRAINT "plan_deadline_four_eyes" CHECK (("decided_by" IS NULL OR NOT ("decided_by" = ("asked_by") AND "decided_by" IS NOT NULL))));

CREATE TABLE "plan_objection" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "task" integer NOT NULL, "light" varchar(6) NOT NULL, "reason" text NOT NULL, "unit" varchar(200) NOT NULL, "raised_by" bigint NOT NULL, "raised_at" timestamp with time zone NOT NULL, "answer" text NOT NULL, "answered_by" bigint NULL, "answered_at" timestamp with time zone NULL);

CREATE TABLE "plan_report" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "task" integer NOT NULL, "target" varchar(60) NOT NULL, "month" date NOT NULL, "unit" varchar(200) NOT NULL, "status" varchar(8) NOT NULL, "value" numeric(19, 4) NULL, "words" text NOT NULL, "evidence" bytea NOT NULL, "evidence_name" varchar(200) NOT NULL, "evidence_sha256" varchar(64) NOT NULL, "declared_by" bigint NOT NULL, "declared_at" timestamp with time zone NOT NULL, "verdict" varchar(9) NOT NULL, "verified_by" bigint NULL, "verified_at" timestamp with time zone NULL, "remark" text NOT NULL, CONSTRAINT "plan_report_once" UNIQUE ("plan", "task", "target", "month", "unit"), CONSTRAINT "plan_report_status" CHECK ("status" IN ('going', 'done')), CONSTRAINT "plan_report_verdict" CHECK ("verdict" IN ('', 'confirmed', 'returned')), CONSTRAINT "plan_report_four_eyes" CHECK (("verified_by" IS NULL OR NOT ("verified_by" = ("declared_by") AND "verified_by" IS NOT NULL))));

CREATE INDEX "plan_deadline_task" ON "plan_deadline" ("plan", "task");

CREATE INDEX "plan_objection_task" ON "plan_objection" ("plan", "task");

CREATE INDEX "plan_report_task" ON "plan_report" ("plan", "task", "month");

ALTER TABLE plan_report ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_report FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_report_read ON plan_report FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_report_insert ON plan_report FOR INSERT WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_report_update ON plan_report FOR UPDATE USING (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system'))) WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

ALTER TABLE plan_objection ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_objection FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_objection_read ON plan_objection FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_objection_insert ON plan_objection FOR INSERT WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_objection_update ON plan_objection FOR UPDATE USING (pz_is('zone')) WITH CHECK (pz_is('zone'));

ALTER TABLE plan_deadline ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_deadline FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_deadline_read ON plan_deadline FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_deadline_insert ON plan_deadline FOR INSERT WITH CHECK ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_deadline_update ON plan_deadline FOR UPDATE USING (pz_is('zone')) WITH CHECK (pz_is('zone'));

CREATE TRIGGER plan_report_audit AFTER INSERT OR UPDATE OR DELETE ON plan_report FOR EACH ROW EXECUTE FUNCTION pz_audit_row('evidence');

CREATE TRIGGER plan_objection_audit AFTER INSERT OR UPDATE OR DELETE ON plan_objection FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER plan_deadline_audit AFTER INSERT OR UPDATE OR DELETE ON plan_deadline FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TABLE "plan_chase" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "unit" varchar(200) NOT NULL, "about" varchar(60) NOT NULL, "step" varchar(7) NOT NULL, "day" date NOT NULL, CONSTRAINT "plan_chase_once" UNIQUE ("plan", "unit", "about", "step"), CONSTRAINT "plan_chase_step" CHECK ("step" IN ('remind', 'chase', 'notice')));

CREATE TABLE "plan_liaison" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "unit" varchar(200) NOT NULL, "name" varchar(40) NOT NULL, "post" varchar(80) NOT NULL, "contact" bytea NOT NULL, "since" date NOT NULL, "until" date NULL, "entered_by" bigint NOT NULL, "entered_at" timestamp with time zone NOT NULL, CONSTRAINT "plan_liaison_days" CHECK (("until" IS NULL OR "until" >= ("since"))));

CREATE TABLE "plan_meeting" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "kind" varchar(13) NOT NULL, "number" integer NOT NULL, "day" date NOT NULL, "place" varchar(120) NOT NULL, "chair" varchar(60) NOT NULL, "agenda" jsonb NOT NULL, "minutes" text NOT NULL, "state" varchar(8) NOT NULL, "called_by" bigint NOT NULL, "called_at" timestamp with time zone NOT NULL, "held_at" timestamp with time zone NULL, CONSTRAINT "plan_meeting_number" UNIQUE ("plan", "number"), CONSTRAINT "plan_meeting_kind" CHECK ("kind" IN ('quarterly', 'extraordinary')), CONSTRAINT "plan_meeting_state" CHECK ("state" IN ('called', 'held', 'dropped')), CONSTRAINT "plan_meeting_minutes" CHECK ((NOT ("state" = 'held') OR NOT ("minutes" = ''))));

CREATE TABLE "plan_monthly" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "unit" varchar(200) NOT NULL, "month" date NOT NULL, "facts" jsonb NOT NULL, "words" jsonb NOT NULL, "summary" varchar(2000) NOT NULL, "sent_by" bigint NOT NULL, "sent_at" timestamp with time zone NOT NULL, "sent_on" date NOT NULL, CONSTRAINT "plan_monthly_once" UNIQUE ("plan", "unit", "month"));

CREATE TABLE "plan_scorecard" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "year" integer NOT NULL, "unit" varchar(200) NOT NULL, "algorithm" varchar(40) NOT NULL, "parts" jsonb NOT NULL, "score" numeric(5, 1) NOT NULL, "adjusted" numeric(5, 1) NULL, "state" varchar(9) NOT NULL, "announced_by" bigint NOT NULL, "announced_at" timestamp with time zone NOT NULL, "appeal_until" date NOT NULL, CONSTRAINT "plan_scorecard_once" UNIQUE ("plan", "year", "unit"), CONSTRAINT "plan_scorecard_state" CHECK ("state" IN ('announced', 'appealed', 'final')), CONSTRAINT "plan_scorecard_range" CHECK (("score" >= 0 AND "score" <= 100)));

CREATE TABLE "plan_secondment" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "unit" varchar(200) NOT NULL, "name" varchar(40) NOT NULL, "since" date NOT NULL, "until" date NOT NULL, "ended" date NULL, "entered_by" bigint NOT NULL, "entered_at" timestamp with time zone NOT NULL, CONSTRAINT "plan_secondment_term" CHECK ("until" > ("since")), CONSTRAINT "plan_secondment_end" CHECK (("ended" IS NULL OR ("ended" >= ("since") AND "ended" <= ("until")))));

CREATE TABLE "plan_action" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" integer NOT NULL, "words" varchar(500) NOT NULL, "unit" varchar(200) NOT NULL, "task" integer NULL, "due" date NOT NULL, "state" varchar(7) NOT NULL, "said" varchar(2000) NOT NULL, "said_by" bigint NULL, "said_at" timestamp with time zone NULL, "closed_by" bigint NULL, "closed_at" timestamp with time zone NULL, "remark" varchar(500) NOT NULL, "meeting_id" bigint NOT NULL, CONSTRAINT "plan_action_number" UNIQUE ("meeting_id", "number"), CONSTRAINT "plan_action_state" CHECK ("state" IN ('open', 'said', 'closed', 'dropped')), CONSTRAINT "plan_action_four_eyes" CHECK (("closed_by" IS NULL OR "said_by" IS NULL OR NOT ("closed_by" = ("said_by") AND "closed_by" IS NOT NULL AND "said_by" IS NOT NULL))));

CREATE TABLE "plan_appeal" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "words" text NOT NULL, "raised_by" bigint NOT NULL, "raised_at" timestamp with time zone NOT NULL, "answer" text NOT NULL, "upheld" boolean NULL, "answered_by" bigint NULL, "answered_at" timestamp with time zone NULL, "scorecard_id" bigint NOT NULL UNIQUE, CONSTRAINT "plan_appeal_four_eyes" CHECK (("answered_by" IS NULL OR NOT ("answered_by" = ("raised_by") AND "answered_by" IS NOT NULL))));

CREATE UNIQUE INDEX "plan_liaison_one" ON "plan_liaison" ("plan", "unit") WHERE "until" IS NULL;

ALTER TABLE "plan_action" ADD CONSTRAINT "plan_action_meeting_id_0139e1af_fk_plan_meeting_id" FOREIGN KEY ("meeting_id") REFERENCES "plan_meeting" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "plan_action_meeting_id_0139e1af" ON "plan_action" ("meeting_id");

CREATE INDEX "plan_action_due" ON "plan_action" ("state", "due");

ALTER TABLE "plan_appeal" ADD CONSTRAINT "plan_appeal_scorecard_id_13e289d6_fk_plan_scorecard_id" FOREIGN KEY ("scorecard_id") REFERENCES "plan_scorecard" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE plan_liaison ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_liaison FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_liaison_read ON plan_liaison FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_liaison_insert ON plan_liaison FOR INSERT WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_liaison_update ON plan_liaison FOR UPDATE USING (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system'))) WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

ALTER TABLE plan_secondment ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_secondment FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_secondment_read ON plan_secondment FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_secondment_insert ON plan_secondment FOR INSERT WITH CHECK (pz_is('zone'));

CREATE POLICY plan_secondment_update ON plan_secondment FOR UPDATE USING (pz_is('zone')) WITH CHECK (pz_is('zone'));

ALTER TABLE plan_meeting ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_meeting FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_meeting_read ON plan_meeting FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_meeting_insert ON plan_meeting FOR INSERT WITH CHECK (pz_is('zone'));

CREATE POLICY plan_meeting_update ON plan_meeting FOR UPDATE USING (pz_is('zone')) WITH CHECK (pz_is('zone'));

ALTER TABLE plan_action ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_action FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_action_read ON plan_action FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_action_insert ON plan_action FOR INSERT WITH CHECK (pz_is('zone'));

CREATE POLICY plan_action_update ON plan_action FOR UPDATE USING (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system'))) WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

ALTER TABLE plan_monthly ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_monthly FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_monthly_read ON plan_monthly FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_monthly_insert ON plan_monthly FOR INSERT WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

ALTER TABLE plan_chase ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_chase FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_chase_read ON plan_chase FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_chase_insert ON plan_chase FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE plan_scorecard ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_scorecard FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_scorecard_read ON plan_scorecard FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_scorecard_insert ON plan_scorecard FOR INSERT WITH CHECK (pz_is('zone'));

CREATE POLICY plan_scorecard_update ON plan_scorecard FOR UPDATE USING (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system'))) WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

ALTER TABLE plan_appeal ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_appeal FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_appeal_read ON plan_appeal FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_appeal_insert ON plan_appeal FOR INSERT WITH CHECK ((scorecard_id IN (SELECT id FROM plan_scorecard WHERE unit = pz_unit()) OR pz_is('zone')));

CREATE POLICY plan_appeal_update ON plan_appeal FOR UPDATE USING (pz_is('zone')) WITH CHECK (pz_is('zone'));

CREATE TRIGGER plan_liaison_audit AFTER INSERT OR UPDATE OR DELETE ON plan_liaison FOR EACH ROW EXECUTE FUNCTION pz_audit_row('contact');

CREATE TRIGGER plan_secondment_audit AFTER INSERT OR UPDATE OR DELETE ON plan_secondment FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER plan_meeting_audit AFTER INSERT OR UPDATE OR DELETE ON plan_meeting FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER plan_action_audit AFTER INSERT OR UPDATE OR DELETE ON plan_action FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER plan_monthly_audit AFTER INSERT OR UPDATE OR DELETE ON plan_monthly FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER plan_scorecard_audit AFTER INSERT OR UPDATE OR DELETE ON plan_scorecard FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER plan_appeal_audit AFTER INSERT OR UPDATE OR DELETE ON plan_appeal FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TABLE "plan_training" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "course" varchar(200) NOT NULL, "day" date NOT NULL, "hours" numeric(5, 1) NOT NULL, "unit" varchar(200) NOT NULL, "came" jsonb NOT NULL, "persons" integer NOT NULL, "certificate" varchar(200) NOT NULL, "paper" bytea NOT NULL, "paper_name" varchar(200) NOT NULL, "paper_sha256" varchar(64) NOT NULL, "entered_by" bigint NOT NULL, "entered_at" timestamp with time zone NOT NULL, "verdict" varchar(9) NOT NULL, "verified_by" bigint NULL, "verified_at" timestamp with time zone NULL, "remark" varchar(500) NOT NULL, CONSTRAINT "plan_training_once" UNIQUE ("plan", "unit", "course", "day"), CONSTRAINT "plan_training_some" CHECK (("hours" > 0 AND "hours" <= 200 AND "persons" > 0)), CONSTRAINT "plan_training_verdict" CHECK ("verdict" IN ('', 'confirmed', 'returned')), CONSTRAINT "plan_training_four_eyes" CHECK (("verified_by" IS NULL OR NOT ("verified_by" = ("entered_by") AND "verified_by" IS NOT NULL))));

ALTER TABLE plan_training ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_training FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_training_read ON plan_training FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_training_insert ON plan_training FOR INSERT WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone')));

CREATE POLICY plan_training_update ON plan_training FOR UPDATE USING (pz_is('zone')) WITH CHECK (pz_is('zone'));

CREATE TRIGGER plan_training_audit AFTER INSERT OR UPDATE OR DELETE ON plan_training FOR EACH ROW EXECUTE FUNCTION pz_audit_row('paper');

CREATE TABLE "plan_centre" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "kind" varchar(7) NOT NULL, "name" varchar(200) NOT NULL, "document" varchar(200) NOT NULL, "number" varchar(60) NOT NULL, "day" date NOT NULL, "unit" varchar(200) NOT NULL, "duties" text NOT NULL, "members" jsonb NOT NULL, "paper" bytea NOT NULL, "paper_name" varchar(200) NOT NULL, "paper_sha256" varchar(64) NOT NULL, "entered_by" bigint NOT NULL, "entered_at" timestamp with time zone NOT NULL, "verdict" varchar(9) NOT NULL, "verified_by" bigint NULL, "verified_at" timestamp with time zone NULL, "remark" varchar(500) NOT NULL, CONSTRAINT "plan_centre_kind" CHECK ("kind" IN ('founded', 'changed')), CONSTRAINT "plan_centre_verdict" CHECK ("verdict" IN ('', 'confirmed', 'returned')), CONSTRAINT "plan_centre_four_eyes" CHECK ((("verdict" = '' AND "verified_by" IS NULL) OR (NOT ("verdict" = '') AND "verified_by" IS NOT NULL AND NOT ("verified_by" = ("entered_by") AND "verified_by" IS NOT NULL)))));

ALTER TABLE plan_centre ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_centre FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_centre_read ON plan_centre FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_centre_insert ON plan_centre FOR INSERT WITH CHECK ((pz_is('zone') AND verdict = ''));

CREATE POLICY plan_centre_update ON plan_centre FOR UPDATE USING ((pz_is('zone') AND verdict = '')) WITH CHECK ((pz_is('zone') AND verdict <> ''));

CREATE TRIGGER plan_centre_audit AFTER INSERT OR UPDATE OR DELETE ON plan_centre FOR EACH ROW EXECUTE FUNCTION pz_audit_row('paper');

CREATE UNIQUE INDEX "plan_centre_founded_once" ON "plan_centre" ("plan") WHERE ("kind" = 'founded' AND NOT ("verdict" = 'returned'));

CREATE UNIQUE INDEX "plan_centre_one_waiting" ON "plan_centre" ("plan") WHERE "verdict" = '';

ALTER TABLE "plan_deadline" ADD COLUMN "remark" varchar(500) DEFAULT '' NOT NULL;

ALTER TABLE "plan_deadline" ALTER COLUMN "remark" DROP DEFAULT;

ALTER TABLE "plan_meeting" ADD COLUMN "reason" varchar(200) DEFAULT '' NOT NULL;

ALTER TABLE "plan_meeting" ALTER COLUMN "reason" DROP DEFAULT;

ALTER TABLE "plan_training" DROP CONSTRAINT "plan_training_once";

CREATE UNIQUE INDEX "plan_training_once" ON "plan_training" ("plan", "unit", "course", "day") WHERE NOT ("verdict" = 'returned');

CREATE TABLE "plan_notice" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "plan" varchar(60) NOT NULL, "number" integer NOT NULL, "month" date NOT NULL, "facts" jsonb NOT NULL, "words" text NOT NULL, "issued_by" bigint NOT NULL, "issued_at" timestamp with time zone NOT NULL, CONSTRAINT "plan_notice_once" UNIQUE ("plan", "month"), CONSTRAINT "plan_notice_number" UNIQUE ("plan", "number"));

ALTER TABLE plan_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_notice FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_notice_read ON plan_notice FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_notice_insert ON plan_notice FOR INSERT WITH CHECK (pz_is('zone'));

CREATE TRIGGER plan_notice_audit AFTER INSERT OR UPDATE OR DELETE ON plan_notice FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TABLE "plan_correction" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "unit" varchar(200) NOT NULL, "number" integer NOT NULL, "before" jsonb NOT NULL, "reason" varchar(200) NOT NULL, "by" bigint NOT NULL, "at" timestamp with time zone NOT NULL, "meeting_id" bigint NULL, "monthly_id" bigint NULL, CONSTRAINT "plan_correction_minutes" UNIQUE ("meeting_id", "number"), CONSTRAINT "plan_correction_monthly" UNIQUE ("monthly_id", "number"), CONSTRAINT "plan_correction_one" CHECK ((("meeting_id" IS NULL AND "monthly_id" IS NOT NULL) OR ("meeting_id" IS NOT NULL AND "monthly_id" IS NULL))), CONSTRAINT "plan_correction_reason" CHECK (NOT ("reason" = '')));

ALTER TABLE plan_correction ENABLE ROW LEVEL SECURITY;

ALTER TABLE plan_correction FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_correction_read ON plan_correction FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_correction_insert ON plan_correction FOR INSERT WITH CHECK (((meeting_id IS NOT NULL AND pz_is('zone')) OR (monthly_id IS NOT NULL AND ((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit())))));

CREATE TRIGGER plan_correction_audit AFTER INSERT OR UPDATE OR DELETE ON plan_correction FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

DROP POLICY plan_monthly_read ON plan_monthly;

DROP POLICY plan_monthly_insert ON plan_monthly;

CREATE POLICY plan_monthly_read ON plan_monthly FOR SELECT USING ((pz_is('agency') OR pz_is('district') OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_monthly_insert ON plan_monthly FOR INSERT WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY plan_monthly_update ON plan_monthly FOR UPDATE USING (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit()))) WITH CHECK (((pz_is('agency') AND unit = pz_unit()) OR (pz_is('district') AND unit = pz_unit())));

ALTER TABLE "plan_correction" ADD CONSTRAINT "plan_correction_meeting_id_56ee8a1f_fk_plan_meeting_id" FOREIGN KEY ("meeting_id") REFERENCES "plan_meeting" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "plan_correction" ADD CONSTRAINT "plan_correction_monthly_id_99ef5e3a_fk_plan_monthly_id" FOREIGN KEY ("monthly_id") REFERENCES "plan_monthly" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "plan_correction_meeting_id_56ee8a1f" ON "plan_correction" ("meeting_id");

CREATE INDEX "plan_correction_monthly_id_99ef5e3a" ON "plan_correction" ("monthly_id");

CREATE FUNCTION plan_monthly_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'summary' - 'words') IS DISTINCT FROM (to_jsonb(OLD) - 'summary' - 'words') THEN
    RAISE EXCEPTION 'of a row of % only summary and words change once it was sent', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_monthly_kept BEFORE UPDATE ON plan_monthly FOR EACH ROW EXECUTE FUNCTION plan_monthly_kept();

CREATE TABLE "tax_guarantee" ("organisation_id" bigint NOT NULL PRIMARY KEY, "deposited" numeric(19, 2) NOT NULL, "held" numeric(19, 2) NOT NULL, CONSTRAINT "tax_guarantee_never_below_zero" CHECK (("deposited" >= ("held") AND "held" >= 0)));

CREATE TABLE "tax_guarantee_entry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "list_key" varchar(200) NOT NULL, "turn" integer NOT NULL, "event" varchar(12) NOT NULL, "reference" varchar(80) NOT NULL, "paper" varchar(12) NOT NULL, "deposited_change" numeric(19, 2) NOT NULL, "held_change" numeric(19, 2) NOT NULL, "at" timestamp with time zone NOT NULL);

CREATE TABLE "tax_guarantee_hold" ("list_key" varchar(200) NOT NULL PRIMARY KEY, "organisation_id" bigint NOT NULL, "amount" numeric(19, 2) NOT NULL, "released" numeric(19, 2) NOT NULL, "turn" integer NOT NULL, CONSTRAINT "tax_guarantee_hold_released" CHECK (("amount" >= ("released") AND "released" >= 0)));

CREATE TABLE "tax_quota" ("buyer_key" varchar(64) NOT NULL, "year" integer NOT NULL, "limit_amount" numeric(19, 2) NOT NULL, "reserved" numeric(19, 2) NOT NULL, "used" numeric(19, 2) NOT NULL, "disputed" numeric(19, 2) NOT NULL, "exceeds" boolean NOT NULL, "customs_room" numeric(19, 2) NULL, "customs_told_at" timestamp with time zone NULL, CONSTRAINT "tax_quota_never_oversold" CHECK (("exceeds" OR "limit_amount" >= ("reserved" + "used"))), CONSTRAINT "tax_quota_not_negative" CHECK (("disputed" >= 0 AND "reserved" >= 0 AND "used" >= 0)), PRIMARY KEY ("buyer_key", "year"));

CREATE TABLE "tax_quota_entry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "list_key" varchar(200) NOT NULL, "turn" integer NOT NULL, "event" varchar(12) NOT NULL, "reference" varchar(80) NOT NULL, "buyer_key" varchar(64) NOT NULL, "year" integer NOT NULL, "amount" numeric(19, 2) NOT NULL, "reserved_change" numeric(19, 2) NOT NULL, "used_change" numeric(19, 2) NOT NULL, "disputed_change" numeric(19, 2) NOT NULL, "at" timestamp with time zone NOT NULL, CONSTRAINT "tax_quota_entry_once" UNIQUE ("list_key", "turn", "event", "reference"));

CREATE TABLE "tax_quota_hold" ("list_key" varchar(200) NOT NULL PRIMARY KEY, "buyer_key" varchar(64) NOT NULL, "year" integer NOT NULL, "amount" numeric(19, 2) NOT NULL, "state" varchar(9) NOT NULL, "turn" integer NOT NULL, "given_back" numeric(19, 2) NOT NULL, "disputed" boolean NOT NULL, CONSTRAINT "tax_quota_hold_given_back" CHECK (("amount" >= ("given_back") AND "given_back" >= 0)), CONSTRAINT "tax_quota_hold_state" CHECK ("state" IN ('reserved', 'committed', 'voided')));

CREATE TABLE "tax_bill" ("tax_no" varchar(50) NOT NULL PRIMARY KEY, "invt_no" varchar(20) NOT NULL, "list_key" varchar(200) NOT NULL, "status" varchar(1) NOT NULL, "returned_at" timestamp with time zone NOT NULL, "guid" varchar(36) NOT NULL, "duty_no" varchar(50) NOT NULL, "assure_code" varchar(64) NOT NULL, "customs_tariff" numeric(19, 5) NULL, "customs_consumption_tax" numeric(19, 5) NULL, "customs_vat" numeric(19, 5) NULL, "our_tariff" numeric(19, 2) NULL, "our_consumption_tax" numeric(19, 2) NULL, "our_vat" numeric(19, 2) NULL, "released_on" date NULL, "pay_from" date NULL, "pay_to" date NULL, "lines" jsonb NOT NULL, "parties" bigint[] NOT NULL, "buyer_key" varchar(64) NOT NULL, "stored_at" timestamp with time zone NOT NULL);

CREATE INDEX "tax_guarantee_entry_org" ON "tax_guarantee_entry" ("organisation_id", "id");

CREATE INDEX "tax_guarantee_hold_list_key_b3ed1773_like" ON "tax_guarantee_hold" ("list_key" varchar_pattern_ops);

CREATE INDEX "tax_guarantee_hold_org" ON "tax_guarantee_hold" ("organisation_id");

CREATE INDEX "tax_quota_entry_buyer" ON "tax_quota_entry" ("buyer_key", "year", "id");

CREATE INDEX "tax_quota_hold_list_key_8621ca40_like" ON "tax_quota_hold" ("list_key" varchar_pattern_ops);

CREATE INDEX "tax_quota_hold_buyer" ON "tax_quota_hold" ("buyer_key", "year");

CREATE INDEX "tax_bill_tax_no_3afe05fd_like" ON "tax_bill" ("tax_no" varchar_pattern_ops);

CREATE INDEX "tax_bill_invt_no_3db27c18" ON "tax_bill" ("invt_no");

CREATE INDEX "tax_bill_invt_no_3db27c18_like" ON "tax_bill" ("invt_no" varchar_pattern_ops);

CREATE INDEX "tax_bill_due" ON "tax_bill" ("pay_to", "status");

ALTER TABLE tax_quota ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_quota FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_quota_read ON tax_quota FOR SELECT USING (((pz_is('consumer') AND buyer_key = pz_buyer()) OR ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system'))));

CREATE POLICY tax_quota_insert ON tax_quota FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_quota_update ON tax_quota FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_quota_hold ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_quota_hold FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_quota_hold_read ON tax_quota_hold FOR SELECT USING (((pz_is('consumer') AND buyer_key = pz_buyer()) OR ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system'))));

CREATE POLICY tax_quota_hold_insert ON tax_quota_hold FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_quota_hold_update ON tax_quota_hold FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_quota_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_quota_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_quota_entry_read ON tax_quota_entry FOR SELECT USING (((pz_is('consumer') AND buyer_key = pz_buyer()) OR ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system'))));

CREATE POLICY tax_quota_entry_insert ON tax_quota_entry FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE tax_guarantee ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_guarantee FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_guarantee_read ON tax_guarantee FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system'))));

CREATE POLICY tax_guarantee_insert ON tax_guarantee FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_guarantee_update ON tax_guarantee FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_guarantee_hold ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_guarantee_hold FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_guarantee_hold_read ON tax_guarantee_hold FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system'))));

CREATE POLICY tax_guarantee_hold_insert ON tax_guarantee_hold FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_guarantee_hold_update ON tax_guarantee_hold FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_guarantee_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_guarantee_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_guarantee_entry_read ON tax_guarantee_entry FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system'))));

CREATE POLICY tax_guarantee_entry_insert ON tax_guarantee_entry FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE tax_bill ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_bill FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_bill_read ON tax_bill FOR SELECT USING (((pz_is('enterprise') AND pz_organisation() = ANY (parties)) OR (pz_is('consumer') AND buyer_key = pz_buyer()) OR ((pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system'))));

CREATE POLICY tax_bill_insert ON tax_bill FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_bill_update ON tax_bill FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE FUNCTION tax_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entries of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tax_quota_entry_kept BEFORE UPDATE OR DELETE ON tax_quota_entry
  FOR EACH ROW EXECUTE FUNCTION tax_entry_kept();
CREATE TRIGGER tax_guarantee_entry_kept BEFORE UPDATE OR DELETE ON tax_guarantee_entry
  FOR EACH ROW EXECUTE FUNCTION tax_entry_kept();

ALTER TABLE tax_quota SET (fillfactor = 80);

ALTER TABLE tax_quota_hold SET (fillfactor = 80);

ALTER TABLE "tax_bill" ADD COLUMN "paid_on" date NULL;

ALTER TABLE "tax_bill" ADD COLUMN "receipt_no" varchar(50) DEFAULT '' NOT NULL;

CREATE TABLE "tax_guarantee_paper" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "number" varchar(60) NOT NULL, "kind" varchar(12) NOT NULL, "amount" numeric(19, 2) NOT NULL, "valid_from" date NOT NULL, "valid_to" date NULL, "changes" integer NOT NULL, "recorded_at" timestamp with time zone NOT NULL, "withdrawn_at" timestamp with time zone NULL, CONSTRAINT "tax_guarantee_paper_once" UNIQUE ("organisation_id", "number"), CONSTRAINT "tax_guarantee_paper_amount" CHECK ("amount" >= 0));

CREATE TABLE "tax_payment" ("receipt_no" varchar(50) NOT NULL PRIMARY KEY, "paid_on" date NOT NULL, "amount" numeric(19, 2) NOT NULL, "bills" varchar(50)[] NOT NULL, "organisation_id" bigint NULL, "channel" varchar(12) NOT NULL, "state" varchar(8) NOT NULL, "recorded_at" timestamp with time zone NOT NULL, "settled_at" timestamp with time zone NULL, "raw" bytea NOT NULL, CONSTRAINT "tax_payment_state" CHECK ("state" IN ('settled', 'waiting', 'differs')));

ALTER TABLE tax_payment ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_payment FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_payment_read ON tax_payment FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_payment_insert ON tax_payment FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_payment_update ON tax_payment FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_guarantee_paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_guarantee_paper FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_guarantee_paper_read ON tax_guarantee_paper FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_guarantee_paper_insert ON tax_guarantee_paper FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_guarantee_paper_update ON tax_guarantee_paper FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE INDEX "tax_payment_receipt_no_b7e130f5_like" ON "tax_payment" ("receipt_no" varchar_pattern_ops);

CREATE INDEX "tax_payment_open" ON "tax_payment" ("recorded_at") WHERE NOT ("state" = 'settled');

CREATE INDEX "tax_payment_org" ON "tax_payment" ("organisation_id", "recorded_at");

CREATE TABLE "tax_export_firm" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "valid_from" date NOT NULL, "general" boolean NOT NULL, "refund_filed" boolean NOT NULL, "in_zone" boolean NOT NULL, "kind" varchar(8) NOT NULL, "class_number" smallint NOT NULL, "locked_until" date NULL, "false_before" boolean NOT NULL, "deemed" boolean NOT NULL, "facts" jsonb NOT NULL, "reasons" jsonb NOT NULL, "recorded_at" timestamp with time zone NOT NULL, "recorded_by" bigint NULL, CONSTRAINT "tax_export_firm_day" UNIQUE ("organisation_id", "valid_from"), CONSTRAINT "tax_export_firm_class" CHECK ("class_number" IN (1, 2, 3, 4)));

CREATE TABLE "tax_export_match" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "month" varchar(7) NOT NULL, "at" timestamp with time zone NOT NULL, "registered" integer NOT NULL, "released" integer NOT NULL, "matched" integer NOT NULL, "differing" integer NOT NULL, "only_registered" integer NOT NULL, "only_released" integer NOT NULL, CONSTRAINT "tax_export_match_adds_up" CHECK (("registered" = (("matched" + "differing") + "only_registered") AND "released" = (("matched" + "differing") + "only_released"))));

CREATE TABLE "tax_export_registration" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "list_no" varchar(20) NOT NULL, "line_no" integer NOT NULL, "month" varchar(7) NOT NULL, "exported_on" date NOT NULL, "goods_name" varchar(250) NOT NULL, "unit" varchar(3) NOT NULL, "quantity" numeric(19, 5) NOT NULL, "price" numeric(19, 5) NOT NULL, "amount" numeric(19, 5) NOT NULL, "voucher" varchar(8) NOT NULL, "invoice_no" varchar(40) NOT NULL, "invoice_amount" numeric(19, 2) NULL, "invoice_matches" boolean NOT NULL, "vat_rate" numeric(5, 4) NULL, "refund_rate" numeric(5, 4) NULL, "received_on" date NULL, "sold" boolean NOT NULL, "match" varchar(16) NOT NULL, "differs" varchar(16)[] NOT NULL, "treatment" varchar(12) NOT NULL, "assessment" jsonb NOT NULL, "registered_at" timestamp with time zone NOT NULL, "matched_at" timestamp with time zone NULL, CONSTRAINT "tax_export_registration_once" UNIQUE ("list_no", "line_no"), CONSTRAINT "tax_export_six" CHECK (("amount" > 0 AND "price" > 0 AND "quantity" > 0)));

CREATE TABLE "tax_export_release" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "list_no" varchar(20) NOT NULL, "line_no" integer NOT NULL, "month" varchar(7) NOT NULL, "exported_on" date NOT NULL, "goods_name" varchar(250) NOT NULL, "unit" varchar(3) NOT NULL, "quantity" numeric(19, 5) NOT NULL, "price" numeric(19, 5) NOT NULL, "amount" numeric(19, 5) NOT NULL, "hs" varchar(10) NOT NULL, "currency" varchar(3) NOT NULL, "mode" varchar(4) NOT NULL, "customs_code" varchar(4) NOT NULL, "trade_id" bigint NOT NULL, "read_at" timestamp with time zone NOT NULL, CONSTRAINT "tax_export_release_once" UNIQUE ("list_no", "line_no"));

CREATE TABLE "tax_promotion_year" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "year" integer NOT NULL, "trade" varchar(30) NOT NULL, "revenue" numeric(19, 2) NOT NULL, "spend" numeric(19, 2) NOT NULL, "commission" numeric(19, 2) NOT NULL, "contracts" numeric(19, 2) NOT NULL, "related" boolean NOT NULL, "evidence" varchar(12)[] NOT NULL, "carry_in" numeric(19, 2) NOT NULL, "deducted" numeric(19, 2) NOT NULL, "carry_out" numeric(19, 2) NOT NULL, "assessment" jsonb NOT NULL, "recorded_at" timestamp with time zone NOT NULL, CONSTRAINT "tax_promotion_year_once" UNIQUE ("organisation_id", "year"), CONSTRAINT "tax_promotion_year_adds_up" CHECK (("carry_in" >= 0 AND "carry_out" = (("carry_in" + "spend") - "deducted") AND "deducted" >= 0)));

CREATE TABLE "tax_refund_account" ("organisation_id" bigint NOT NULL PRIMARY KEY, "applied" numeric(19, 2) NOT NULL, "refunded" numeric(19, 2) NOT NULL, "clawed" numeric(19, 2) NOT NULL, CONSTRAINT "tax_refund_account_sums" CHECK (("applied" >= 0 AND "clawed" >= 0 AND "refunded" >= ("clawed"))));

CREATE TABLE "tax_refund_filing" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" varchar(30) NOT NULL UNIQUE, "organisation_id" bigint NOT NULL, "kind" varchar(10) NOT NULL, "month" varchar(7) NOT NULL, "class_number" smallint NOT NULL, "amount" numeric(19, 2) NOT NULL, "marker" varchar(10) NOT NULL, "fx_proof" varchar(60) NOT NULL, "state" varchar(10) NOT NULL, "assessment" jsonb NOT NULL, "body" text NOT NULL, "signature" text NOT NULL, "certificate" text NOT NULL, "drafted_at" timestamp with time zone NOT NULL, "signed_at" timestamp with time zone NULL, "receipt_no" varchar(40) NOT NULL, "accepted_at" timestamp with time zone NULL, "due_on" date NULL, "warn_on" date NULL, "question" text NOT NULL, "answer" text NOT NULL, "proposal" varchar(8) NOT NULL, "review_reason" varchar(300) NOT NULL, "reviewed_by" bigint NULL, "reviewed_at" timestamp with time zone NULL, "decision_reason" varchar(300) NOT NULL, "decided_by" bigint NULL, "decided_at" timestamp with time zone NULL, "told_at" timestamp with time zone NULL, "refund_no" varchar(40) NOT NULL, "paid_at" timestamp with time zone NULL, CONSTRAINT "tax_refund_filing_state" CHECK ("state" IN ('draft', 'signed', 'returned', 'accepted', 'question', 'answered', 'reviewed', 'approved', 'refused', 'paid', 'withdrawn')), CONSTRAINT "tax_refund_filing_amount" CHECK ("amount" >= 0), CONSTRAINT "tax_refund_filing_four_eyes" CHECK (("decided_by" IS NULL OR NOT ("decided_by" = ("reviewed_by") AND "decided_by" IS NOT NULL AND "reviewed_by" IS NOT NULL))));

CREATE TABLE "tax_refund_entry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "list_no" varchar(20) NOT NULL, "line_no" integer NOT NULL, "event" varchar(8) NOT NULL, "applied_change" numeric(19, 2) NOT NULL, "refunded_change" numeric(19, 2) NOT NULL, "clawed_change" numeric(19, 2) NOT NULL, "reference" varchar(60) NOT NULL, "at" timestamp with time zone NOT NULL, "filing_id" bigint NOT NULL);

CREATE TABLE "tax_prerefund" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "list_no" varchar(20) NOT NULL, "line_no" integer NOT NULL, "base" numeric(19, 2) NOT NULL, "refund_rate" numeric(5, 4) NOT NULL, "refunded" numeric(19, 2) NOT NULL, "handled_on" date NOT NULL, "first_on" date NOT NULL, "last_on" date NOT NULL, "state" varchar(9) NOT NULL, "actual_base" numeric(19, 2) NULL, "difference" numeric(19, 2) NULL, "assessment" jsonb NOT NULL, "settled_at" timestamp with time zone NULL, "filing_id" bigint NOT NULL, CONSTRAINT "tax_prerefund_once" UNIQUE ("list_no", "line_no"), CONSTRAINT "tax_prerefund_state" CHECK ("state" IN ('open', 'settled', 'recovered')));

CREATE TABLE "tax_refund_line" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "list_no" varchar(20) NOT NULL, "line_no" integer NOT NULL, "base" numeric(19, 2) NOT NULL, "refund_rate" numeric(5, 4) NOT NULL, "amount" numeric(19, 2) NOT NULL, "standing" boolean NOT NULL, "filing_id" bigint NOT NULL, CONSTRAINT "tax_refund_line_amount" CHECK ("amount" >= 0));

ALTER TABLE tax_export_firm ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_export_firm FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_export_firm_read ON tax_export_firm FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_export_firm_insert ON tax_export_firm FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_export_firm_update ON tax_export_firm FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_export_release ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_export_release FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_export_release_read ON tax_export_release FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_export_release_insert ON tax_export_release FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_export_release_update ON tax_export_release FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_export_registration ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_export_registration FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_export_registration_read ON tax_export_registration FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_export_registration_insert ON tax_export_registration FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_export_registration_update ON tax_export_registration FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_refund_filing ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_refund_filing FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_refund_filing_read ON tax_refund_filing FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_refund_filing_insert ON tax_refund_filing FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_refund_filing_update ON tax_refund_filing FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_refund_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_refund_line FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_refund_line_read ON tax_refund_line FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_refund_line_insert ON tax_refund_line FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_refund_line_update ON tax_refund_line FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_refund_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_refund_account FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_refund_account_read ON tax_refund_account FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_refund_account_insert ON tax_refund_account FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_refund_account_update ON tax_refund_account FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_prerefund ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_prerefund FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_prerefund_read ON tax_prerefund FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_prerefund_insert ON tax_prerefund FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_prerefund_update ON tax_prerefund FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_promotion_year ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_promotion_year FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_promotion_year_read ON tax_promotion_year FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_promotion_year_insert ON tax_promotion_year FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_promotion_year_update ON tax_promotion_year FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tax_export_match ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_export_match FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_export_match_read ON tax_export_match FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_export_match_insert ON tax_export_match FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE tax_refund_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_refund_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_refund_entry_read ON tax_refund_entry FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_refund_entry_insert ON tax_refund_entry FOR INSERT WITH CHECK (pz_is('system'));

CREATE TRIGGER tax_refund_entry_kept BEFORE UPDATE OR DELETE ON tax_refund_entry
  FOR EACH ROW EXECUTE FUNCTION tax_entry_kept();

CREATE INDEX "tax_export_match_month" ON "tax_export_match" ("organisation_id", "month");

CREATE INDEX "tax_export_regist_month" ON "tax_export_registration" ("organisation_id", "month");

CREATE INDEX "tax_export_release_month" ON "tax_export_release" ("organisation_id", "month");

CREATE INDEX "tax_refund_filing_number_34065a66_like" ON "tax_refund_filing" ("number" varchar_pattern_ops);

CREATE INDEX "tax_refund_filing_org" ON "tax_refund_filing" ("organisation_id", "id" DESC);

ALTER TABLE "tax_refund_entry" ADD CONSTRAINT "tax_refund_entry_filing_id_3c3f792e_fk_tax_refund_filing_id" FOREIGN KEY ("filing_id") REFERENCES "tax_refund_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "tax_refund_entry_once" ON "tax_refund_entry" ("list_no", "line_no") WHERE "event" = 'REFUND';

CREATE INDEX "tax_refund_entry_filing_id_3c3f792e" ON "tax_refund_entry" ("filing_id");

CREATE INDEX "tax_refund_entry_org" ON "tax_refund_entry" ("organisation_id", "id" DESC);

ALTER TABLE "tax_prerefund" ADD CONSTRAINT "tax_prerefund_filing_id_c0e219fb_fk_tax_refund_filing_id" FOREIGN KEY ("filing_id") REFERENCES "tax_refund_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "tax_prerefund_filing_id_c0e219fb" ON "tax_prerefund" ("filing_id");

ALTER TABLE "tax_refund_line" ADD CONSTRAINT "tax_refund_line_filing_id_e27276d5_fk_tax_refund_filing_id" FOREIGN KEY ("filing_id") REFERENCES "tax_refund_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "tax_refund_line_once" ON "tax_refund_line" ("list_no", "line_no") WHERE "standing";

CREATE INDEX "tax_refund_line_filing_id_e27276d5" ON "tax_refund_line" ("filing_id");

CREATE TABLE "tracking_event" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "trade_id" bigint NOT NULL, "at" timestamp with time zone NOT NULL, "code" varchar(80) NOT NULL, "zh" text NOT NULL, "en" text NOT NULL, "source" varchar(200) NOT NULL, "holder" varchar(80) NOT NULL, "state" varchar(40) NOT NULL);

CREATE TABLE "tracking_hour" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "hour" timestamp with time zone NOT NULL, "state" varchar(40) NOT NULL, "n" bigint NOT NULL, CONSTRAINT "tracking_hour_once" UNIQUE ("hour", "state"));

CREATE TABLE "tracking_number" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" varchar(120) NOT NULL, "kind" varchar(20) NOT NULL, "trade_id" bigint NOT NULL, CONSTRAINT "tracking_number_once" UNIQUE ("number", "kind", "trade_id"));

CREATE TABLE "tracking_trade" ("id" bigint NOT NULL PRIMARY KEY, "flow" varchar(1) NOT NULL, "mode" varchar(4) NOT NULL, "state" varchar(40) NOT NULL, "holder" varchar(80) NOT NULL, "since" timestamp with time zone NOT NULL, "first_at" timestamp with time zone NOT NULL, "parties" bigint[] NOT NULL, "buyer" varchar(80) NOT NULL, "numbers" jsonb NOT NULL);

CREATE INDEX "tracking_event_trade" ON "tracking_event" ("trade_id", "at", "id");

CREATE INDEX "tracking_trade_since" ON "tracking_trade" ("since" DESC);

ALTER TABLE tracking_trade ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_trade FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_trade_read ON tracking_trade FOR SELECT USING (((pz_is('enterprise') AND pz_organisation() = ANY (parties)) OR (pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

CREATE POLICY tracking_trade_insert ON tracking_trade FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_trade_update ON tracking_trade FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_trade_delete ON tracking_trade FOR DELETE USING (pz_is('system'));

ALTER TABLE tracking_number ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_number FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_number_read ON tracking_number FOR SELECT USING (trade_id IN (SELECT id FROM tracking_trade));

CREATE POLICY tracking_number_insert ON tracking_number FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_number_update ON tracking_number FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_number_delete ON tracking_number FOR DELETE USING (pz_is('system'));

ALTER TABLE tracking_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_event FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_event_read ON tracking_event FOR SELECT USING (trade_id IN (SELECT id FROM tracking_trade));

CREATE POLICY tracking_event_insert ON tracking_event FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_event_update ON tracking_event FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_event_delete ON tracking_event FOR DELETE USING (pz_is('system'));

ALTER TABLE tracking_hour ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_hour FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_hour_read ON tracking_hour FOR SELECT USING (true);

CREATE POLICY tracking_hour_insert ON tracking_hour FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_hour_update ON tracking_hour FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_hour_delete ON tracking_hour FOR DELETE USING (pz_is('system'));

CREATE FUNCTION tracking_find(wanted text)
RETURNS TABLE (trade bigint, flow text, mode text, state text, holder text, since timestamptz, stages jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT t.id, t.flow, t.mode, t.state, t.holder, t.since,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'state', e.state, 'holder', e.holder) ORDER BY e.at, e.id),
                     '[]'::jsonb)
       FROM (SELECT DISTINCT ON (state) id, at, state, holder FROM tracking_event
             WHERE trade_id = t.id AND state <> '' ORDER BY state, at, id) e)
  FROM tracking_trade t
  WHERE t.id IN (SELECT n.trade_id FROM tracking_number n WHERE n.number = wanted LIMIT 40)
  ORDER BY t.since DESC LIMIT 20
$$;
REVOKE ALL ON FUNCTION tracking_find(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tracking_find(text) TO pz_web;

CREATE TABLE "tracking_fact" ("trade_id" bigint NOT NULL PRIMARY KEY, "unit" varchar(200) NOT NULL, "firm" bigint NOT NULL, "flow" varchar(1) NOT NULL, "mode" varchar(4) NOT NULL, "declared" date NULL, "released" date NULL, "returned" date NULL, "value" numeric(19, 2) NULL, "tax" numeric(19, 2) NULL);

CREATE TABLE "tracking_month" ("month" date NOT NULL PRIMARY KEY, "stale" boolean NOT NULL, "published_at" timestamp with time zone NULL, "rule" jsonb NOT NULL);

CREATE TABLE "tracking_figure" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "unit" varchar(200) NOT NULL, "way" varchar(8) NOT NULL, "hidden" boolean NOT NULL, "returned_hidden" boolean NOT NULL, "unvalued" boolean NOT NULL, "firms" bigint NULL, "declared" bigint NULL, "released" bigint NULL, "returned" bigint NULL, "value" numeric(19, 2) NULL, "tax" numeric(19, 2) NULL, CONSTRAINT "tracking_figure_once" UNIQUE ("month", "unit", "way"));

ALTER TABLE tracking_fact ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_fact FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_fact_read ON tracking_fact FOR SELECT USING (pz_is('system'));

CREATE POLICY tracking_fact_insert ON tracking_fact FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_fact_update ON tracking_fact FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_fact_delete ON tracking_fact FOR DELETE USING (pz_is('system'));

ALTER TABLE tracking_month ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_month FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_month_read ON tracking_month FOR SELECT USING ((pz_is('system') OR pz_is('agency') OR pz_is('zone') OR pz_is('district')));

CREATE POLICY tracking_month_insert ON tracking_month FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_month_update ON tracking_month FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_month_delete ON tracking_month FOR DELETE USING (pz_is('system'));

ALTER TABLE tracking_figure ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_figure FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_figure_read ON tracking_figure FOR SELECT USING ((
  pz_is('system') OR pz_is('agency') OR pz_is('zone')
  OR (pz_is('district') AND (unit = '*' OR (pz_unit() <> '' AND (unit = pz_unit() OR starts_with(unit, pz_unit() || '.')))))
));

CREATE POLICY tracking_figure_insert ON tracking_figure FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_figure_update ON tracking_figure FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_figure_delete ON tracking_figure FOR DELETE USING (pz_is('system'));

CREATE INDEX "tracking_fact_declared" ON "tracking_fact" ("declared");

CREATE INDEX "tracking_fact_released" ON "tracking_fact" ("released");

CREATE INDEX "tracking_fact_returned" ON "tracking_fact" ("returned");

DROP POLICY tracking_number_read ON tracking_number;

DROP POLICY tracking_number_insert ON tracking_number;

DROP POLICY tracking_number_update ON tracking_number;

DROP POLICY tracking_number_delete ON tracking_number;

CREATE POLICY tracking_number_read ON tracking_number FOR SELECT USING ((pz_is('system') OR EXISTS (SELECT 1 FROM tracking_trade t WHERE t.id = tracking_number.trade_id)));

CREATE POLICY tracking_number_insert ON tracking_number FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_number_update ON tracking_number FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_number_delete ON tracking_number FOR DELETE USING (pz_is('system'));

DROP POLICY tracking_event_read ON tracking_event;

DROP POLICY tracking_event_insert ON tracking_event;

DROP POLICY tracking_event_update ON tracking_event;

DROP POLICY tracking_event_delete ON tracking_event;

CREATE POLICY tracking_event_read ON tracking_event FOR SELECT USING ((pz_is('system') OR EXISTS (SELECT 1 FROM tracking_trade t WHERE t.id = tracking_event.trade_id)));

CREATE POLICY tracking_event_insert ON tracking_event FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_event_update ON tracking_event FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY tracking_event_delete ON tracking_event FOR DELETE USING (pz_is('system'));

CREATE FUNCTION tracking_numbered(wanted text) RETURNS TABLE (trade bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT n.trade_id FROM tracking_number n WHERE n.number = wanted ORDER BY 1 DESC LIMIT 10000
$$;
REVOKE ALL ON FUNCTION tracking_numbered(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tracking_numbered(text) TO pz_web;

ALTER TABLE kernel_event SET (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

ALTER TABLE kernel_audit SET (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

ALTER TABLE exchange_inbox SET (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

ALTER TABLE exchange_inbox_group SET (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

ALTER TABLE exchange_answer SET (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

ALTER TABLE exchange_receipt SET (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);

ALTER TABLE exchange_outbox SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

ALTER TABLE exchange_delivery SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

ALTER TABLE tax_quota SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

ALTER TABLE tax_quota_hold SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

ALTER TABLE tax_guarantee_hold SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

ALTER TABLE tracking_trade SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

ALTER TABLE kernel_event_cursor SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

ALTER TABLE kernel_audit_chain SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

ALTER TABLE exchange_cursor SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

ALTER TABLE exchange_hook_cursor SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

ALTER TABLE tax_guarantee SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

-- What a firm takes away: one package at a time; the file lies in the state folder until keep_until.
CREATE TABLE portal_takeaway (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    asked_by bigint,
    role text NOT NULL,
    asked_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'working', 'done', 'failed')),
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    size bigint NOT NULL DEFAULT 0,
    sha256 text NOT NULL DEFAULT '',
    keep_until date
);
CREATE INDEX portal_takeaway_organisation ON portal_takeaway (organisation_id, id);
-- What persons and firms ask about their data, and the article it was granted or refused by.
CREATE TABLE portal_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL,
    organisation_id bigint,
    kind text NOT NULL CHECK (kind IN ('correct', 'delete')),
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'refused')),
    refusal text NOT NULL DEFAULT '',
    basis text NOT NULL,
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 500),
    asked_at timestamptz NOT NULL,
    due_on date NOT NULL,
    decided_by bigint CHECK (decided_by <> person_id),
    decided_at timestamptz,
    CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE INDEX portal_request_person ON portal_request (person_id, id);
CREATE INDEX portal_request_open ON portal_request (due_on) WHERE state = 'open';

ALTER TABLE portal_takeaway ENABLE ROW LEVEL SECURITY;

ALTER TABLE portal_takeaway FORCE ROW LEVEL SECURITY;

CREATE POLICY portal_takeaway_read ON portal_takeaway FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('system')));

CREATE POLICY portal_takeaway_insert ON portal_takeaway FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY portal_takeaway_update ON portal_takeaway FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY portal_takeaway_delete ON portal_takeaway FOR DELETE USING (pz_is('system'));

CREATE TRIGGER portal_takeaway_audit AFTER INSERT OR UPDATE OR DELETE ON portal_takeaway FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

ALTER TABLE portal_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE portal_request FORCE ROW LEVEL SECURITY;

CREATE POLICY portal_request_read ON portal_request FOR SELECT USING (((person_id = pz_person()) OR (pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR (pz_is('zone') AND pz_role() = 'auditor') OR pz_is('system')));

CREATE POLICY portal_request_insert ON portal_request FOR INSERT WITH CHECK ((person_id = pz_person()));

CREATE POLICY portal_request_update ON portal_request FOR UPDATE USING (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system'))) WITH CHECK (((pz_is('zone') AND pz_role() IN ('operator', 'administrator')) OR pz_is('system')));

CREATE TRIGGER portal_request_audit AFTER INSERT OR UPDATE OR DELETE ON portal_request FOR EACH ROW EXECUTE FUNCTION pz_audit_row('words', 'answer');

CREATE TABLE portal_paper_task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person bigint NOT NULL,
    membership bigint,
    kind text NOT NULL,
    keys jsonb NOT NULL,
    language text NOT NULL CHECK (language IN ('zh', 'en')),
    root text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    total int NOT NULL,
    done int NOT NULL DEFAULT 0,
    problem jsonb,
    asked_at timestamptz NOT NULL,
    beat_at timestamptz NOT NULL,
    finished_at timestamptz,
    name text NOT NULL DEFAULT '',
    size int NOT NULL DEFAULT 0,
    sha256 text NOT NULL DEFAULT '',
    file bytea
);
ALTER TABLE portal_paper_task ALTER file SET STORAGE EXTERNAL;
CREATE INDEX portal_paper_task_person ON portal_paper_task (person, id);
CREATE INDEX portal_paper_task_open ON portal_paper_task (id) WHERE state IN ('waiting', 'running');

ALTER TABLE portal_paper_task ENABLE ROW LEVEL SECURITY;

ALTER TABLE portal_paper_task FORCE ROW LEVEL SECURITY;

CREATE POLICY portal_paper_task_read ON portal_paper_task FOR SELECT USING ((person = pz_person() OR pz_is('system')));

CREATE POLICY portal_paper_task_insert ON portal_paper_task FOR INSERT WITH CHECK (person = pz_person());

CREATE POLICY portal_paper_task_update ON portal_paper_task FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY portal_paper_task_delete ON portal_paper_task FOR DELETE USING (pz_is('system'));

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT p.polname, c.relname, pg_get_expr(p.polqual, p.polrelid) AS rule
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = 'public'::regnamespace AND p.polcmd = 'r' AND c.relname IN (
            'clearance_trade', 'clearance_document', 'clearance_body', 'tax_bill', 'tax_guarantee_hold', 'tax_quota_hold',
            'tax_export_registration', 'fx_receipt', 'fx_link', 'fx_document', 'fx_entry', 'fx_credit_report')
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I USING (pz_is(''system'') OR (%s))', one.polname, one.relname, one.rule);
    END LOOP;
END $$;

CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;

CREATE TABLE IF NOT EXISTS procrastinate_version (
    id BIGSERIAL PRIMARY KEY,
    version TEXT,
    name TEXT,
    applied_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE TYPE procrastinate_job_status AS ENUM (
    'todo',  -- The job is queued
    'doing',  -- The job has been fetched by a worker
    'succeeded',  -- The job ended successfully
    'failed'  -- The job ended with an error
    , 'cancelled'
    , 'aborting'
    , 'aborted'
);

CREATE TYPE procrastinate_job_event_type AS ENUM (
    'deferred',  -- Job created, in todo
    'started',  -- todo -> doing
    'deferred_for_retry',  -- doing -> todo
    'failed',  -- doing -> failed
    'succeeded',  -- doing -> succeeded
    'cancelled', -- todo -> failed or succeeded
    'scheduled' -- not an event transition, but recording when a task is scheduled for
);

CREATE TABLE procrastinate_jobs (
    id bigserial PRIMARY KEY,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}' NOT NULL,
    status procrastinate_job_status DEFAULT 'todo'::procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone NULL,
    started_at timestamp with time zone NULL,
    attempts integer DEFAULT 0 NOT NULL
);

CREATE TABLE procrastinate_events (
    id BIGSERIAL PRIMARY KEY,
    job_id integer NOT NULL REFERENCES procrastinate_jobs ON DELETE CASCADE,
    type procrastinate_job_event_type,
    at timestamp with time zone DEFAULT NOW() NULL
);

CREATE TABLE procrastinate_job_locks (
    object text PRIMARY KEY
);

CREATE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
	WITH potential_job AS (
		SELECT procrastinate_jobs.*
			FROM procrastinate_jobs
			LEFT JOIN procrastinate_job_locks ON procrastinate_job_locks.object = procrastinate_jobs.lock
			WHERE (target_queue_names IS NULL OR queue_name = ANY( target_queue_names ))
			  AND procrastinate_job_locks.object IS NULL
			  AND status = 'todo'
			  AND (scheduled_at IS NULL OR scheduled_at <= now())
            ORDER BY id ASC
			FOR UPDATE OF procrastinate_jobs SKIP LOCKED LIMIT 1
	), lock_object AS (
		INSERT INTO procrastinate_job_locks
			SELECT lock FROM potential_job
            ON CONFLICT DO NOTHING
            RETURNING object
	)
	UPDATE procrastinate_jobs
		SET status = 'doing',
            started_at = NOW()
		FROM potential_job, lock_object
        WHERE lock_object.object IS NOT NULL
		AND procrastinate_jobs.id = potential_job.id
		RETURNING * INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, next_scheduled_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
	WITH finished_job AS (
		UPDATE procrastinate_jobs
        SET status = end_status,
            attempts = attempts + 1,
            scheduled_at = COALESCE(next_scheduled_at, scheduled_at)
        WHERE id = job_id RETURNING lock
	)
	DELETE FROM procrastinate_job_locks WHERE object = (SELECT lock FROM finished_job);
END;
$$;

CREATE FUNCTION procrastinate_notify_queue() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	PERFORM pg_notify('procrastinate_queue#' || NEW.queue_name, NEW.task_name);
	PERFORM pg_notify('procrastinate_any_queue', NEW.task_name);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_status_events_procedure_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_status_events_procedure_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_scheduled_events_procedure() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE INDEX ON procrastinate_jobs(queue_name);

CREATE TRIGGER procrastinate_jobs_notify_queue
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue();

CREATE TRIGGER procrastinate_trigger_status_events_update
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_status_events_procedure_update();

CREATE TRIGGER procrastinate_trigger_status_events_insert
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_status_events_procedure_insert();

CREATE TRIGGER procrastinate_trigger_scheduled_events
    AFTER UPDATE OR INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.scheduled_at IS NOT NULL AND new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_scheduled_events_procedure();

CREATE INDEX procrastinate_events_job_id_fkey ON procrastinate_events(job_id);

-- remove the started_at column from the procrastinate_jobs table
ALTER TABLE procrastinate_jobs DROP COLUMN started_at;

-- replace the procrastinate_fetch_job function with a version that doesn't
-- set the started_at field when updating the procrastinate_jobs table
CREATE OR REPLACE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
	WITH potential_job AS (
		SELECT procrastinate_jobs.*
			FROM procrastinate_jobs
			LEFT JOIN procrastinate_job_locks ON procrastinate_job_locks.object = procrastinate_jobs.lock
			WHERE (target_queue_names IS NULL OR queue_name = ANY( target_queue_names ))
			  AND procrastinate_job_locks.object IS NULL
			  AND status = 'todo'
			  AND (scheduled_at IS NULL OR scheduled_at <= now())
            ORDER BY id ASC
			FOR UPDATE OF procrastinate_jobs SKIP LOCKED LIMIT 1
	), lock_object AS (
		INSERT INTO procrastinate_job_locks
			SELECT lock FROM potential_job
            ON CONFLICT DO NOTHING
            RETURNING object
	)
	UPDATE procrastinate_jobs
		SET status = 'doing'
		FROM potential_job, lock_object
        WHERE lock_object.object IS NOT NULL
		AND procrastinate_jobs.id = potential_job.id
		RETURNING * INTO found_jobs;

	RETURN found_jobs;
END;
$$;

-- drop the procrastinate_version table
DROP TABLE IF EXISTS procrastinate_version;

-- fix procrastinate_fetch_job that works by accident, now returning a proper
-- procrastinate_jobs row
CREATE OR REPLACE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
	WITH potential_job AS (
		SELECT procrastinate_jobs.*
			FROM procrastinate_jobs
			LEFT JOIN procrastinate_job_locks ON procrastinate_job_locks.object = procrastinate_jobs.lock
			WHERE (target_queue_names IS NULL OR queue_name = ANY( target_queue_names ))
			  AND procrastinate_job_locks.object IS NULL
			  AND status = 'todo'
			  AND (scheduled_at IS NULL OR scheduled_at <= now())
            ORDER BY id ASC
			FOR UPDATE OF procrastinate_jobs SKIP LOCKED LIMIT 1
	), lock_object AS (
		INSERT INTO procrastinate_job_locks
			SELECT lock FROM potential_job
            ON CONFLICT DO NOTHING
            RETURNING object
	)
	UPDATE procrastinate_jobs
		SET status = 'doing'
		FROM potential_job, lock_object
        WHERE lock_object.object IS NOT NULL
		AND procrastinate_jobs.id = potential_job.id
		RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

-- re-create the procrastinate_trigger_status_events_insert trigger
DROP TRIGGER procrastinate_trigger_status_events_insert on procrastinate_jobs;
CREATE TRIGGER procrastinate_trigger_status_events_insert
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_status_events_procedure_insert();

-- add a queueing_lock column to the procrastinate_jobs table
ALTER TABLE procrastinate_jobs ADD COLUMN queueing_lock text;
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';

DROP TABLE IF EXISTS procrastinate_job_locks;

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx ON procrastinate_jobs (lock) WHERE status = 'doing';

CREATE OR REPLACE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, next_scheduled_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_jobs
    SET status = end_status,
        attempts = attempts + 1,
        scheduled_at = COALESCE(next_scheduled_at, scheduled_at)
    WHERE id = job_id;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_defer_job(queue_name character varying, task_name character varying, lock text, queueing_lock text, args json, scheduled_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;

CREATE TABLE procrastinate_periodic_defers (
    id bigserial PRIMARY KEY,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint REFERENCES procrastinate_jobs(id) NULL,
    UNIQUE (task_name, defer_timestamp)
);
-- When parameters change, function must be dropped.
DROP FUNCTION IF EXISTS procrastinate_defer_job;
CREATE FUNCTION procrastinate_defer_job(
    queue_name character varying,
    task_name character varying,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _task_name character varying,
    _defer_timestamp bigint
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, defer_timestamp)
        VALUES (_task_name, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                NULL,
                NULL,
                ('{"timestamp": ' || _defer_timestamp || '}')::jsonb,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        WHERE
            _job_id IS NOT NULL
            AND procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp;

    RETURN _job_id;
END;
$$;

CREATE INDEX procrastinate_periodic_defers_job_id_fkey ON procrastinate_periodic_defers(job_id);

ALTER TABLE procrastinate_periodic_defers
    ADD COLUMN queue_name character varying(128) NOT NULL DEFAULT 'undefined';

ALTER TABLE procrastinate_periodic_defers
    ALTER COLUMN queue_name DROP DEFAULT;

ALTER TABLE procrastinate_periodic_defers
    DROP CONSTRAINT procrastinate_periodic_defers_task_name_defer_timestamp_key;

ALTER TABLE procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, queue_name, defer_timestamp);

DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _defer_timestamp bigint
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, queue_name, defer_timestamp)
        VALUES (_task_name, _queue_name, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _lock,
                _queueing_lock,
                ('{"timestamp": ' || _defer_timestamp || '}')::jsonb,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        WHERE
            _job_id IS NOT NULL
            AND procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp;

    RETURN _job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _defer_timestamp bigint
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, queue_name, defer_timestamp)
        VALUES (_task_name, _queue_name, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _lock,
                _queueing_lock,
                ('{"timestamp": ' || _defer_timestamp || '}')::jsonb,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.queue_name = _queue_name
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_jobs
    SET status = end_status,
        attempts = attempts + 1
    WHERE id = job_id;
END;
$$;

CREATE FUNCTION procrastinate_retry_job(job_id integer, retry_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at
    WHERE id = job_id;
END;
$$;

CREATE FUNCTION procrastinate_unlink_periodic_defers() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE TRIGGER procrastinate_trigger_delete_jobs
    BEFORE DELETE ON procrastinate_jobs
    FOR EACH ROW EXECUTE PROCEDURE procrastinate_unlink_periodic_defers();

CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs WHERE id = job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts = attempts + 1
        WHERE id = job_id;
    END IF;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_retry_job(job_id integer, retry_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at
    WHERE id = job_id AND status = 'doing'
    RETURNING id INTO _job_id;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, boolean);

CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, next_scheduled_at timestamp with time zone, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE INDEX IF NOT EXISTS procrastinate_jobs_id_lock_idx ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]);

ALTER TABLE "procrastinate_periodic_defers"
    ADD COLUMN IF NOT EXISTS "periodic_id" character varying(128) NOT NULL DEFAULT '';

-- Column kept for backwards compatibility, will be removed in the future.
ALTER TABLE "procrastinate_periodic_defers"
    ALTER COLUMN "queue_name" DROP NOT NULL;

ALTER TABLE "procrastinate_periodic_defers"
    DROP CONSTRAINT IF EXISTS procrastinate_periodic_defers_unique;

ALTER TABLE "procrastinate_periodic_defers"
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE ("task_name", "periodic_id", "defer_timestamp");

CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_fetch_job(target_queue_names character varying[]);

CREATE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

-- remove old procrastinate_finish_job functions

-- https://github.com/procrastinate-org/procrastinate/pull/336
DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, timestamp with time zone);

-- https://github.com/procrastinate-org/procrastinate/pull/354
DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status);

-- https://github.com/procrastinate-org/procrastinate/pull/381
CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

-- https://github.com/procrastinate-org/procrastinate/pull/471
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job(character varying, character varying, character varying, character varying, bigint);

ALTER TABLE procrastinate_periodic_defers DROP COLUMN "queue_name";

ALTER TABLE procrastinate_events ALTER COLUMN "job_id" TYPE bigint;

DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, boolean);
CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id bigint, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_retry_job(integer, timestamp with time zone);
CREATE OR REPLACE FUNCTION procrastinate_retry_job(job_id bigint, retry_at timestamp with time zone)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at
    WHERE id = job_id AND status = 'doing'
    RETURNING id INTO _job_id;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

ALTER TABLE procrastinate_jobs ADD COLUMN priority integer DEFAULT 0 NOT NULL;

CREATE OR REPLACE FUNCTION procrastinate_defer_job(
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job(character varying, character varying, character varying, character varying, character varying, bigint, jsonb);
CREATE OR REPLACE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                0,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_fetch_job(character varying[]);
CREATE OR REPLACE FUNCTION procrastinate_fetch_job(
    target_queue_names character varying[]
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _priority,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;


ALTER TYPE procrastinate_job_event_type ADD VALUE 'abort_requested' BEFORE 'scheduled';
ALTER TYPE procrastinate_job_event_type ADD VALUE 'aborted' BEFORE 'scheduled';

CREATE FUNCTION procrastinate_cancel_job(job_id bigint, abort boolean, delete_job boolean)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET status = CASE status
                WHEN 'todo' THEN 'cancelled'::procrastinate_job_status
                WHEN 'doing' THEN 'aborting'::procrastinate_job_status
            END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_fetch_job(
    target_queue_names character varying[]
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing', 'aborting')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id bigint, end_status procrastinate_job_status, delete_job boolean)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing', 'aborting')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing', 'aborting')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing", "todo" or "aborting" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_trigger_status_events_procedure_update()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborting'::procrastinate_job_status
                THEN 'abort_requested'::procrastinate_job_event_type
            WHEN (
                    OLD.status = 'doing'::procrastinate_job_status
                    OR OLD.status = 'aborting'::procrastinate_job_status
                )
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_retry_job(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at,
        priority = COALESCE(new_priority, priority),
        queue_name = COALESCE(new_queue_name, queue_name),
        lock = COALESCE(new_lock, lock)
    WHERE id = job_id AND status = 'doing'
    RETURNING id INTO _job_id;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

-- recreate procrastinate_jobs_id_lock_idx index by adding aborting status to the filter so that it can be used by the fetch job function
CREATE INDEX procrastinate_jobs_id_lock_idx_temp ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status, 'aborting'::procrastinate_job_status]);
DROP INDEX procrastinate_jobs_id_lock_idx;
ALTER INDEX procrastinate_jobs_id_lock_idx_temp RENAME TO procrastinate_jobs_id_lock_idx;

-- add index to avoid seq scan of outer query in the fetch job function
CREATE INDEX procrastinate_jobs_priority_idx ON procrastinate_jobs(priority desc, id asc) WHERE (status = 'todo'::procrastinate_job_status);

-- Note: starting with v3, there are 2 changes in the migration system:
-- - We now have pre- and post-migration scripts. pre-migrations are safe to
--   apply before upgrading the code. post-migrations are safe to apply after
--   upgrading he code.
--   This is a pre-migration script.
-- - Whenever we recreate an immutable object (function, trigger, indexes), we
--   will suffix its name with a version number.

-- Add an 'abort_requested' column to the procrastinate_jobs table
ALTER TABLE procrastinate_jobs ADD COLUMN abort_requested boolean DEFAULT false NOT NULL;

-- Set abort requested flag on all jobs with 'aborting' status
UPDATE procrastinate_jobs SET abort_requested = true WHERE status = 'aborting';

-- Add temporary triggers to sync the abort_requested flag with the status
-- so that blue-green deployments can work
CREATE OR REPLACE FUNCTION procrastinate_sync_abort_requested_with_status_temp()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.status = 'aborting' THEN
        NEW.abort_requested = true;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_sync_abort_requested_with_status_temp
    BEFORE UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE FUNCTION procrastinate_sync_abort_requested_with_status_temp();

-- Create the new versioned functions

CREATE FUNCTION procrastinate_defer_job_v1(
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;

CREATE FUNCTION procrastinate_defer_periodic_job_v1(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job_v1(
                _queue_name,
                _task_name,
                _priority,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate_fetch_job_v1(
    target_queue_names character varying[]
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_finish_job_v1(job_id bigint, end_status procrastinate_job_status, delete_job boolean)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

-- The retry_job function now has specific behaviour when a job is set to be
-- retried while it's aborting: in that case it's marked as failed.
CREATE FUNCTION procrastinate_retry_job_v1(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

-- Create new versioned trigger functions and triggers

CREATE FUNCTION procrastinate_notify_queue_job_inserted_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_temp
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1();

CREATE FUNCTION procrastinate_notify_queue_abort_job_v1()
RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_temp
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_abort_job_v1();

-- These are old versions of functions, that we needed to keep around for
-- backwards compatibility. We can now safely drop them.
DROP FUNCTION IF EXISTS procrastinate_finish_job(
    integer,
    procrastinate_job_status,
    timestamp with time zone,
    boolean
);
DROP FUNCTION IF EXISTS procrastinate_defer_job(
    character varying,
    character varying,
    text,
    text,
    jsonb,
    timestamp with time zone
);
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job(
    character varying,
    character varying,
    character varying,
    character varying,
    character varying,
    bigint,
    jsonb
);
DROP FUNCTION IF EXISTS procrastinate_retry_job(
    bigint,
    timestamp with time zone
);
DROP FUNCTION IF EXISTS procrastinate_retry_job(
    bigint,
    timestamp with time zone,
    integer,
    character varying,
    character varying
);

-- Remove all traces of the "aborting" status
-- Last sanity update in case the trigger didn't work 100% of the time
UPDATE procrastinate_jobs SET abort_requested = true WHERE status = 'aborting';

-- Delete the indexes that depend on the old status and enum type
DROP INDEX IF EXISTS procrastinate_jobs_queueing_lock_idx;
DROP INDEX IF EXISTS procrastinate_jobs_lock_idx;
DROP INDEX IF EXISTS procrastinate_jobs_id_lock_idx;

-- Delete the unversioned triggers
DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_update ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_insert ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_scheduled_events ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_update ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue ON procrastinate_jobs;

-- Delete the unversioned functions
DROP FUNCTION IF EXISTS procrastinate_defer_job;
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
DROP FUNCTION IF EXISTS procrastinate_fetch_job;
DROP FUNCTION IF EXISTS procrastinate_finish_job(bigint, procrastinate_job_status, boolean);
DROP FUNCTION IF EXISTS procrastinate_cancel_job;
DROP FUNCTION IF EXISTS procrastinate_trigger_status_events_procedure_update;
DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, timestamp with time zone, boolean);
DROP FUNCTION IF EXISTS procrastinate_notify_queue;

-- Delete the functions that depend on the old event type
DROP FUNCTION IF EXISTS procrastinate_trigger_status_events_procedure_insert;
DROP FUNCTION IF EXISTS procrastinate_trigger_scheduled_events_procedure;

-- Delete temporary triggers and functions
DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue_job_inserted_temp ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue_job_aborted_temp ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_sync_abort_requested_with_status_temp ON procrastinate_jobs;
DROP FUNCTION IF EXISTS procrastinate_sync_abort_requested_with_status_temp;

-- Alter the table to not use the 'aborting' status anymore
ALTER TABLE procrastinate_jobs
ALTER COLUMN status TYPE procrastinate_job_status
USING (
    CASE status::text
        WHEN 'aborting' THEN 'doing'::procrastinate_job_status
        ELSE status::procrastinate_job_status
    END
);

-- Recreate the dropped temporary triggers
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_abort_job_v1();

-- Recreate the dropped indexes (with version suffix)
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate_jobs (lock) WHERE status = 'doing';
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]);

-- Rename existing indexes
ALTER INDEX procrastinate_jobs_queue_name_idx RENAME TO procrastinate_jobs_queue_name_idx_v1;
ALTER INDEX procrastinate_events_job_id_fkey  RENAME TO procrastinate_events_job_id_fkey_v1;
ALTER INDEX procrastinate_periodic_defers_job_id_fkey RENAME TO procrastinate_periodic_defers_job_id_fkey_v1;
ALTER INDEX procrastinate_jobs_priority_idx RENAME TO procrastinate_jobs_priority_idx_v1;

-- Recreate or rename the other triggers & their associated functions

CREATE FUNCTION procrastinate_trigger_function_status_events_insert_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_insert_v1();

CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_status_events_update_v1
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_update_v1();

CREATE FUNCTION procrastinate_trigger_function_scheduled_events_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1
    AFTER UPDATE OR INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.scheduled_at IS NOT NULL AND new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_scheduled_events_v1();

CREATE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.abort_requested = true))
    EXECUTE PROCEDURE procrastinate_trigger_abort_requested_events_procedure_v1();

-- Rename remaining functions to use version suffix
ALTER FUNCTION procrastinate_unlink_periodic_defers RENAME TO procrastinate_unlink_periodic_defers_v1;
ALTER TRIGGER procrastinate_trigger_delete_jobs ON procrastinate_jobs RENAME TO procrastinate_trigger_delete_jobs_v1;

-- New constraints
ALTER TABLE procrastinate_jobs ADD CONSTRAINT check_not_todo_abort_requested CHECK (NOT (status = 'todo' AND abort_requested = true));

CREATE TABLE procrastinate_workers(
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    last_heartbeat timestamp with time zone NOT NULL DEFAULT NOW()
);

ALTER TABLE procrastinate_jobs ADD COLUMN worker_id bigint REFERENCES procrastinate_workers(id) ON DELETE SET NULL;

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON procrastinate_jobs(worker_id) WHERE worker_id IS NOT NULL AND status = 'doing'::procrastinate_job_status;

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON procrastinate_workers(last_heartbeat);

CREATE FUNCTION procrastinate_fetch_job_v2(
    target_queue_names character varying[],
    p_worker_id bigint
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_register_worker_v1()
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_update_heartbeat_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat float)
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_fetch_job_v1(character varying[]);

CREATE TYPE procrastinate_job_to_defer_v1 AS (
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
);

CREATE FUNCTION procrastinate_defer_jobs_v1(
    jobs procrastinate_job_to_defer_v1[]
)
    RETURNS bigint[]
    LANGUAGE plpgsql
AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION procrastinate_defer_periodic_job_v2(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_defer_job_v1;
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job_v1;

-- Migration: Update procrastinate_fetch_job_v2 to consider priority before job id for locked jobs
DROP FUNCTION IF EXISTS procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint);

CREATE FUNCTION procrastinate_fetch_job_v2(
    target_queue_names character varying[],
    p_worker_id bigint
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

-- Append new event type to reflect transition from failed -> todo
ALTER TYPE procrastinate_job_event_type ADD VALUE 'retried' AFTER 'scheduled';

-- Procedure to retry failed jobs
CREATE FUNCTION procrastinate_retry_job_v2(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_update_v1 ON procrastinate_jobs;
DROP FUNCTION IF EXISTS procrastinate_trigger_function_status_events_update_v1;

CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$function$;

CREATE TRIGGER procrastinate_trigger_status_events_update_v1
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_update_v1();

CREATE TABLE "registry_filing" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "uscc" varchar(18) NOT NULL UNIQUE, "name" varchar(160) NOT NULL, "unit_path" varchar(200) NOT NULL, "roles" jsonb NOT NULL, "values" jsonb NOT NULL, "licences" jsonb NOT NULL, "evidence" varchar(300) NOT NULL, "state" varchar(12) NOT NULL, "version" integer NOT NULL, "remarks" jsonb NOT NULL, "pending" jsonb NULL, "cancel_asked" varchar(300) NOT NULL, "suspension" bigint NULL, "due_on" date NULL, "prereview_by" date NULL, "valid_from" date NULL, "next_expiry" date NULL, "confirmed_at" timestamp with time zone NULL, "decided_at" timestamp with time zone NULL, "created_at" timestamp with time zone NOT NULL, "changed_at" timestamp with time zone NOT NULL, "synthetic" boolean NOT NULL, "confirmed_by_id" bigint NULL, "filled_by_id" bigint NULL, "organisation_id" bigint NULL, "unit_id" bigint NULL, "uploader_id" bigint NULL);

CREATE TABLE "registry_answer" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "register" varchar(10) NOT NULL, "state" varchar(8) NOT NULL, "code" varchar(60) NOT NULL, "facts" jsonb NOT NULL, "serial" varchar(60) NOT NULL, "asked_at" timestamp with time zone NOT NULL, "told_at" timestamp with time zone NULL, "filing_id" bigint NOT NULL);

CREATE TABLE "registry_proof" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "method" varchar(12) NOT NULL, "name" varchar(40) NOT NULL, "capacity" varchar(10) NOT NULL, "ticket" bytea NOT NULL, "at" timestamp with time zone NOT NULL, "until" date NOT NULL, "filing_id" bigint NOT NULL, "person_id" bigint NULL);

CREATE TABLE "registry_commitment" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "key" varchar(20) NOT NULL, "digest" varchar(64) NOT NULL, "at" timestamp with time zone NOT NULL, "filing_id" bigint NOT NULL, "proof_id" bigint NOT NULL);

CREATE TABLE "registry_reminder" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(20) NOT NULL, "number" varchar(60) NOT NULL, "ends" date NOT NULL, "before" integer NOT NULL, "at" timestamp with time zone NOT NULL, "filing_id" bigint NOT NULL);

CREATE TABLE "registry_step" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" integer NOT NULL, "verb" varchar(16) NOT NULL, "came" varchar(12) NOT NULL, "went" varchar(12) NOT NULL, "body" varchar(160) NOT NULL, "before" jsonb NOT NULL, "after" jsonb NOT NULL, "reason" varchar(300) NOT NULL, "at" timestamp with time zone NOT NULL, "filing_id" bigint NOT NULL, "person_id" bigint NULL);

CREATE TABLE "registry_upload" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "unit_path" varchar(200) NOT NULL, "name" varchar(120) NOT NULL, "columns" jsonb NOT NULL, "rows" jsonb NOT NULL, "drafted" integer NOT NULL, "same" integer NOT NULL, "wrong" integer NOT NULL, "at" timestamp with time zone NOT NULL, "person_id" bigint NULL, "unit_id" bigint NULL, "uploader_id" bigint NULL);

CREATE INDEX "registry_filing_state" ON "registry_filing" ("state", "changed_at" DESC);

CREATE INDEX "registry_filing_unit" ON "registry_filing" ("unit_path");

CREATE INDEX "registry_filing_expiry" ON "registry_filing" ("next_expiry");

CREATE UNIQUE INDEX "registry_filing_org_once" ON "registry_filing" ("organisation_id") WHERE "organisation_id" IS NOT NULL;

ALTER TABLE "registry_filing" ADD CONSTRAINT "registry_filing_state_known" CHECK ("state" IN ('draft', 'confirmed', 'prereviewed', 'returned', 'accepted', 'valid', 'changing', 'suspended', 'cancelled'));

ALTER TABLE "registry_filing" ADD CONSTRAINT "registry_filing_confirmed" CHECK (("confirmed_at" IS NOT NULL OR NOT ("state" IN ('confirmed', 'prereviewed', 'accepted', 'valid', 'changing', 'suspended'))));

ALTER TABLE "registry_answer" ADD CONSTRAINT "registry_answer_once" UNIQUE ("filing_id", "register");

ALTER TABLE "registry_reminder" ADD CONSTRAINT "registry_reminder_once" UNIQUE ("filing_id", "kind", "number", "ends", "before");

ALTER TABLE "registry_step" ADD CONSTRAINT "registry_step_once" UNIQUE ("filing_id", "number");

ALTER TABLE "registry_filing" ADD CONSTRAINT "registry_filing_confirmed_by_id_f5f5f436_fk_kernel_person_id" FOREIGN KEY ("confirmed_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_filing" ADD CONSTRAINT "registry_filing_filled_by_id_91cd9901_fk_kernel_person_id" FOREIGN KEY ("filled_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_filing" ADD CONSTRAINT "registry_filing_organisation_id_8ed229c5_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_filing" ADD CONSTRAINT "registry_filing_unit_id_935ffc2e_fk_kernel_unit_id" FOREIGN KEY ("unit_id") REFERENCES "kernel_unit" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_filing" ADD CONSTRAINT "registry_filing_uploader_id_ff776edf_fk_kernel_organisation_id" FOREIGN KEY ("uploader_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "registry_filing_uscc_5ae0549b_like" ON "registry_filing" ("uscc" varchar_pattern_ops);

CREATE INDEX "registry_filing_confirmed_by_id_f5f5f436" ON "registry_filing" ("confirmed_by_id");

CREATE INDEX "registry_filing_filled_by_id_91cd9901" ON "registry_filing" ("filled_by_id");

CREATE INDEX "registry_filing_organisation_id_8ed229c5" ON "registry_filing" ("organisation_id");

CREATE INDEX "registry_filing_unit_id_935ffc2e" ON "registry_filing" ("unit_id");

CREATE INDEX "registry_filing_uploader_id_ff776edf" ON "registry_filing" ("uploader_id");

ALTER TABLE "registry_answer" ADD CONSTRAINT "registry_answer_filing_id_a41e214d_fk_registry_filing_id" FOREIGN KEY ("filing_id") REFERENCES "registry_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "registry_answer_filing_id_a41e214d" ON "registry_answer" ("filing_id");

ALTER TABLE "registry_proof" ADD CONSTRAINT "registry_proof_filing_id_7655f12f_fk_registry_filing_id" FOREIGN KEY ("filing_id") REFERENCES "registry_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_proof" ADD CONSTRAINT "registry_proof_person_id_422b311a_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "registry_proof_filing_id_7655f12f" ON "registry_proof" ("filing_id");

CREATE INDEX "registry_proof_person_id_422b311a" ON "registry_proof" ("person_id");

ALTER TABLE "registry_commitment" ADD CONSTRAINT "registry_commitment_filing_id_8c3579f1_fk_registry_filing_id" FOREIGN KEY ("filing_id") REFERENCES "registry_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_commitment" ADD CONSTRAINT "registry_commitment_proof_id_34667025_fk_registry_proof_id" FOREIGN KEY ("proof_id") REFERENCES "registry_proof" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "registry_commitment_filing_id_8c3579f1" ON "registry_commitment" ("filing_id");

CREATE INDEX "registry_commitment_proof_id_34667025" ON "registry_commitment" ("proof_id");

ALTER TABLE "registry_reminder" ADD CONSTRAINT "registry_reminder_filing_id_785b19f3_fk_registry_filing_id" FOREIGN KEY ("filing_id") REFERENCES "registry_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "registry_reminder_filing_id_785b19f3" ON "registry_reminder" ("filing_id");

ALTER TABLE "registry_step" ADD CONSTRAINT "registry_step_filing_id_31c14a36_fk_registry_filing_id" FOREIGN KEY ("filing_id") REFERENCES "registry_filing" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_step" ADD CONSTRAINT "registry_step_person_id_dcab8e17_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "registry_step_filing_id_31c14a36" ON "registry_step" ("filing_id");

CREATE INDEX "registry_step_person_id_dcab8e17" ON "registry_step" ("person_id");

ALTER TABLE "registry_upload" ADD CONSTRAINT "registry_upload_person_id_7ec949c6_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_upload" ADD CONSTRAINT "registry_upload_unit_id_eea09108_fk_kernel_unit_id" FOREIGN KEY ("unit_id") REFERENCES "kernel_unit" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "registry_upload" ADD CONSTRAINT "registry_upload_uploader_id_c2981ae3_fk_kernel_organisation_id" FOREIGN KEY ("uploader_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "registry_upload_person_id_7ec949c6" ON "registry_upload" ("person_id");

CREATE INDEX "registry_upload_unit_id_eea09108" ON "registry_upload" ("unit_id");

CREATE INDEX "registry_upload_uploader_id_c2981ae3" ON "registry_upload" ("uploader_id");

ALTER TABLE registry_filing ENABLE ROW LEVEL SECURITY;

ALTER TABLE registry_filing FORCE ROW LEVEL SECURITY;

CREATE POLICY registry_filing_read ON registry_filing FOR SELECT USING (((pz_is('enterprise') AND (organisation_id = pz_organisation() OR uploader_id = pz_organisation())) OR (pz_is('district') AND pz_unit() <> '' AND (unit_path = pz_unit() OR starts_with(unit_path, pz_unit() || '.'))) OR (pz_is('agency') AND state NOT IN ('draft', 'returned')) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY registry_filing_insert ON registry_filing FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY registry_filing_update ON registry_filing FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE registry_answer ENABLE ROW LEVEL SECURITY;

ALTER TABLE registry_answer FORCE ROW LEVEL SECURITY;

CREATE POLICY registry_answer_read ON registry_answer FOR SELECT USING (filing_id IN (SELECT id FROM registry_filing));

CREATE POLICY registry_answer_insert ON registry_answer FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY registry_answer_update ON registry_answer FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE registry_proof ENABLE ROW LEVEL SECURITY;

ALTER TABLE registry_proof FORCE ROW LEVEL SECURITY;

CREATE POLICY registry_proof_read ON registry_proof FOR SELECT USING (filing_id IN (SELECT id FROM registry_filing));

CREATE POLICY registry_proof_insert ON registry_proof FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY registry_proof_update ON registry_proof FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE registry_commitment ENABLE ROW LEVEL SECURITY;

ALTER TABLE registry_commitment FORCE ROW LEVEL SECURITY;

CREATE POLICY registry_commitment_read ON registry_commitment FOR SELECT USING (filing_id IN (SELECT id FROM registry_filing));

CREATE POLICY registry_commitment_insert ON registry_commitment FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE registry_step ENABLE ROW LEVEL SECURITY;

ALTER TABLE registry_step FORCE ROW LEVEL SECURITY;

CREATE POLICY registry_step_read ON registry_step FOR SELECT USING (filing_id IN (SELECT id FROM registry_filing));

CREATE POLICY registry_step_insert ON registry_step FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE registry_reminder ENABLE ROW LEVEL SECURITY;

ALTER TABLE registry_reminder FORCE ROW LEVEL SECURITY;

CREATE POLICY registry_reminder_read ON registry_reminder FOR SELECT USING (filing_id IN (SELECT id FROM registry_filing));

CREATE POLICY registry_reminder_insert ON registry_reminder FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE registry_upload ENABLE ROW LEVEL SECURITY;

ALTER TABLE registry_upload FORCE ROW LEVEL SECURITY;

CREATE POLICY registry_upload_read ON registry_upload FOR SELECT USING (((pz_is('enterprise') AND uploader_id = pz_organisation()) OR (pz_is('district') AND pz_unit() <> '' AND (unit_path = pz_unit() OR starts_with(unit_path, pz_unit() || '.'))) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY registry_upload_insert ON registry_upload FOR INSERT WITH CHECK (pz_is('system'));

CREATE FUNCTION registry_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'steps of a filing are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER registry_step_kept BEFORE UPDATE OR DELETE ON registry_step
  FOR EACH ROW EXECUTE FUNCTION registry_step_kept();

CREATE TABLE "services_version" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "key" varchar(60) NOT NULL, "version" integer NOT NULL, "digest" varchar(64) NOT NULL UNIQUE, "text" text NOT NULL, "kept_at" timestamp with time zone NOT NULL);

CREATE TABLE "services_case" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "item_key" varchar(60) NOT NULL, "number" varchar(24) NOT NULL, "trial" boolean NOT NULL, "applicant_unit" varchar(200) NOT NULL, "county" varchar(200) NOT NULL, "values" jsonb NOT NULL, "remarks" jsonb NOT NULL, "state" varchar(12) NOT NULL, "back" varchar(12) NOT NULL, "step" integer NOT NULL, "version" integer NOT NULL, "units" jsonb NOT NULL, "reason" varchar(500) NOT NULL, "urged_for" date NULL, "urges" integer NOT NULL, "submitted_at" timestamp with time zone NULL, "decided_at" timestamp with time zone NULL, "created_at" timestamp with time zone NOT NULL, "changed_at" timestamp with time zone NOT NULL, "synthetic" boolean NOT NULL, "agent_id" bigint NULL, "filled_by_id" bigint NULL, "organisation_id" bigint NULL, "submitted_by_id" bigint NULL, "item_id" bigint NOT NULL);

CREATE TABLE "services_counter" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "prefix" varchar(8) NOT NULL, "year" integer NOT NULL, "last" integer NOT NULL, CONSTRAINT "services_counter_once" UNIQUE ("prefix", "year"));

CREATE TABLE "services_notice" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" varchar(60) NOT NULL UNIQUE, "code" varchar(16) NOT NULL, "outcome" varchar(12) NOT NULL, "told" jsonb NOT NULL, "digest" varchar(64) NOT NULL, "issued_at" timestamp with time zone NOT NULL, "case_id" bigint NOT NULL UNIQUE);

CREATE TABLE "services_question" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "record_kind" varchar(12) NOT NULL, "record" varchar(60) NOT NULL, "title" varchar(120) NOT NULL, "body" varchar(2000) NOT NULL, "state" varchar(10) NOT NULL, "public_title" varchar(120) NOT NULL, "public_body" varchar(2000) NOT NULL, "public_answer" varchar(2000) NOT NULL, "published_at" timestamp with time zone NULL, "at" timestamp with time zone NOT NULL, "answered_at" timestamp with time zone NULL, "organisation_id" bigint NULL, "person_id" bigint NULL);

CREATE TABLE "services_replay" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "receipt_id" varchar(40) NOT NULL, "sha256" varchar(64) NOT NULL, "size" integer NOT NULL, "reason" varchar(500) NOT NULL, "state" varchar(8) NOT NULL, "asked_at" timestamp with time zone NOT NULL, "decided_at" timestamp with time zone NULL, "remark" varchar(500) NOT NULL, "new_receipt" varchar(40) NOT NULL, "asked_by_id" bigint NULL, "decided_by_id" bigint NULL, "organisation_id" bigint NULL, "question_id" bigint NULL);

CREATE TABLE "services_reply" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "official" boolean NOT NULL, "body" varchar(2000) NOT NULL, "at" timestamp with time zone NOT NULL, "person_id" bigint NULL, "question_id" bigint NOT NULL);

CREATE TABLE "services_desk" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "step" integer NOT NULL, "unit_path" varchar(200) NOT NULL, "state" varchar(8) NOT NULL, "days" integer NOT NULL, "used" integer NOT NULL, "since" date NOT NULL, "due_on" date NOT NULL, "provisional" boolean NOT NULL, "opinion" varchar(500) NOT NULL, "came_at" timestamp with time zone NOT NULL, "done_at" timestamp with time zone NULL, "case_id" bigint NOT NULL, "decided_by_id" bigint NULL, "holder_id" bigint NULL);

CREATE TABLE "services_mandate" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "items" jsonb NOT NULL, "valid_from" date NOT NULL, "valid_to" date NOT NULL, "made_at" timestamp with time zone NOT NULL, "revoked_at" timestamp with time zone NULL, "agent_id" bigint NOT NULL, "made_by_id" bigint NULL, "principal_id" bigint NOT NULL);

CREATE TABLE "services_material" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "key" varchar(40) NOT NULL, "name" varchar(160) NOT NULL, "kind" varchar(8) NOT NULL, "size" integer NOT NULL, "sha256" varchar(64) NOT NULL, "body" bytea NOT NULL, "in_use" boolean NOT NULL, "at" timestamp with time zone NOT NULL, "case_id" bigint NOT NULL, "person_id" bigint NULL);

CREATE TABLE "services_move" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" integer NOT NULL, "verb" varchar(16) NOT NULL, "came" varchar(12) NOT NULL, "went" varchar(12) NOT NULL, "step" integer NOT NULL, "body" varchar(160) NOT NULL, "fields" jsonb NOT NULL, "remarks" jsonb NOT NULL, "reason" varchar(500) NOT NULL, "at" timestamp with time zone NOT NULL, "case_id" bigint NOT NULL, "deputy_of_id" bigint NULL, "person_id" bigint NULL, CONSTRAINT "services_move_once" UNIQUE ("case_id", "number"));

CREATE INDEX "services_question_state" ON "services_question" ("state", "at");

CREATE INDEX "services_case_firm" ON "services_case" ("organisation_id", "changed_at" DESC);

CREATE INDEX "services_case_agent" ON "services_case" ("agent_id", "changed_at" DESC);

CREATE INDEX "services_case_item" ON "services_case" ("item_key", "state");

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_state_known" CHECK ("state" IN ('draft', 'submitted', 'accepted', 'working', 'returned', 'withdrawn', 'approved', 'refused', 'closed'));

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_whose" CHECK (("organisation_id" IS NOT NULL OR "trial"));

CREATE UNIQUE INDEX "services_case_number_once" ON "services_case" ("number") WHERE NOT ("number" = '');

CREATE INDEX "services_version_digest_868c49d2_like" ON "services_version" ("digest" varchar_pattern_ops);

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_agent_id_51150494_fk_kernel_organisation_id" FOREIGN KEY ("agent_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_filled_by_id_9b953e9b_fk_kernel_person_id" FOREIGN KEY ("filled_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_organisation_id_c2be1c5b_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_submitted_by_id_f616d01a_fk_kernel_person_id" FOREIGN KEY ("submitted_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_item_id_9da0899e_fk_services_version_id" FOREIGN KEY ("item_id") REFERENCES "services_version" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "services_case_agent_id_51150494" ON "services_case" ("agent_id");

CREATE INDEX "services_case_filled_by_id_9b953e9b" ON "services_case" ("filled_by_id");

CREATE INDEX "services_case_organisation_id_c2be1c5b" ON "services_case" ("organisation_id");

CREATE INDEX "services_case_submitted_by_id_f616d01a" ON "services_case" ("submitted_by_id");

CREATE INDEX "services_case_item_id_9da0899e" ON "services_case" ("item_id");

ALTER TABLE "services_notice" ADD CONSTRAINT "services_notice_case_id_0eee85c0_fk_services_case_id" FOREIGN KEY ("case_id") REFERENCES "services_case" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "services_notice_number_0a21ec95_like" ON "services_notice" ("number" varchar_pattern_ops);

ALTER TABLE "services_question" ADD CONSTRAINT "services_question_organisation_id_788cffdc_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_question" ADD CONSTRAINT "services_question_person_id_57e7097e_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "services_question_organisation_id_788cffdc" ON "services_question" ("organisation_id");

CREATE INDEX "services_question_person_id_57e7097e" ON "services_question" ("person_id");

ALTER TABLE "services_replay" ADD CONSTRAINT "services_replay_asked_by_id_f751bcc6_fk_kernel_person_id" FOREIGN KEY ("asked_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_replay" ADD CONSTRAINT "services_replay_decided_by_id_7c5f00b6_fk_kernel_person_id" FOREIGN KEY ("decided_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_replay" ADD CONSTRAINT "services_replay_organisation_id_ac1b9759_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_replay" ADD CONSTRAINT "services_replay_question_id_8090e6fd_fk_services_question_id" FOREIGN KEY ("question_id") REFERENCES "services_question" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "services_replay_asked_by_id_f751bcc6" ON "services_replay" ("asked_by_id");

CREATE INDEX "services_replay_decided_by_id_7c5f00b6" ON "services_replay" ("decided_by_id");

CREATE INDEX "services_replay_organisation_id_ac1b9759" ON "services_replay" ("organisation_id");

CREATE INDEX "services_replay_question_id_8090e6fd" ON "services_replay" ("question_id");

ALTER TABLE "services_reply" ADD CONSTRAINT "services_reply_person_id_232cf160_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_reply" ADD CONSTRAINT "services_reply_question_id_3191cfd2_fk_services_question_id" FOREIGN KEY ("question_id") REFERENCES "services_question" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "services_reply_person_id_232cf160" ON "services_reply" ("person_id");

CREATE INDEX "services_reply_question_id_3191cfd2" ON "services_reply" ("question_id");

ALTER TABLE "services_desk" ADD CONSTRAINT "services_desk_case_id_9a7bd6d7_fk_services_case_id" FOREIGN KEY ("case_id") REFERENCES "services_case" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_desk" ADD CONSTRAINT "services_desk_decided_by_id_1221d929_fk_kernel_person_id" FOREIGN KEY ("decided_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_desk" ADD CONSTRAINT "services_desk_holder_id_f69d3a73_fk_kernel_person_id" FOREIGN KEY ("holder_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "services_desk_once" ON "services_desk" ("case_id", "step", "unit_path") WHERE "state" IN ('waiting', 'paused');

CREATE INDEX "services_desk_case_id_9a7bd6d7" ON "services_desk" ("case_id");

CREATE INDEX "services_desk_decided_by_id_1221d929" ON "services_desk" ("decided_by_id");

CREATE INDEX "services_desk_holder_id_f69d3a73" ON "services_desk" ("holder_id");

CREATE INDEX "services_desk_due" ON "services_desk" ("unit_path", "due_on", "id") WHERE "state" = 'waiting';

CREATE INDEX "services_desk_case" ON "services_desk" ("case_id");

ALTER TABLE "services_mandate" ADD CONSTRAINT "services_mandate_agent_id_b7e94af0_fk_kernel_organisation_id" FOREIGN KEY ("agent_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_mandate" ADD CONSTRAINT "services_mandate_made_by_id_bad3e2c3_fk_kernel_person_id" FOREIGN KEY ("made_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_mandate" ADD CONSTRAINT "services_mandate_principal_id_525a9d72_fk_kernel_or" FOREIGN KEY ("principal_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "services_mandate_agent_id_b7e94af0" ON "services_mandate" ("agent_id");

CREATE INDEX "services_mandate_made_by_id_bad3e2c3" ON "services_mandate" ("made_by_id");

CREATE INDEX "services_mandate_principal_id_525a9d72" ON "services_mandate" ("principal_id");

CREATE INDEX "services_mandate_agent" ON "services_mandate" ("agent_id", "valid_to");

ALTER TABLE "services_material" ADD CONSTRAINT "services_material_case_id_53697537_fk_services_case_id" FOREIGN KEY ("case_id") REFERENCES "services_case" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_material" ADD CONSTRAINT "services_material_person_id_a9c5f51d_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "services_material_once" ON "services_material" ("case_id", "key") WHERE "in_use";

CREATE INDEX "services_material_case_id_53697537" ON "services_material" ("case_id");

CREATE INDEX "services_material_person_id_a9c5f51d" ON "services_material" ("person_id");

ALTER TABLE "services_move" ADD CONSTRAINT "services_move_case_id_7cac936a_fk_services_case_id" FOREIGN KEY ("case_id") REFERENCES "services_case" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_move" ADD CONSTRAINT "services_move_deputy_of_id_b725c4a6_fk_kernel_person_id" FOREIGN KEY ("deputy_of_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "services_move" ADD CONSTRAINT "services_move_person_id_31a6e6e7_fk_kernel_person_id" FOREIGN KEY ("person_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "services_move_case_id_7cac936a" ON "services_move" ("case_id");

CREATE INDEX "services_move_deputy_of_id_b725c4a6" ON "services_move" ("deputy_of_id");

CREATE INDEX "services_move_person_id_31a6e6e7" ON "services_move" ("person_id");

ALTER TABLE services_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_version FORCE ROW LEVEL SECURITY;

CREATE POLICY services_version_read ON services_version FOR SELECT USING (true);

CREATE POLICY services_version_insert ON services_version FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE services_case ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_case FORCE ROW LEVEL SECURITY;

CREATE POLICY services_case_read ON services_case FOR SELECT USING (((pz_is('enterprise') AND (organisation_id = pz_organisation() OR agent_id = pz_organisation())) OR (trial AND (pz_is('agency') OR pz_is('district') OR pz_is('zone')) AND applicant_unit <> '' AND applicant_unit = pz_unit()) OR (NOT trial AND (pz_is('agency') OR pz_is('district') OR pz_is('zone')) AND pz_unit() <> '' AND jsonb_exists(units, pz_unit())) OR (NOT trial AND submitted_at IS NOT NULL AND pz_is('zone')) OR pz_is('system')));

CREATE POLICY services_case_insert ON services_case FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_case_update ON services_case FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE services_desk ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_desk FORCE ROW LEVEL SECURITY;

CREATE POLICY services_desk_read ON services_desk FOR SELECT USING ((((pz_is('agency') OR pz_is('district') OR pz_is('zone')) AND pz_unit() <> '' AND unit_path = pz_unit()) OR case_id IN (SELECT id FROM services_case)));

CREATE POLICY services_desk_insert ON services_desk FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_desk_update ON services_desk FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE services_material ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_material FORCE ROW LEVEL SECURITY;

CREATE POLICY services_material_read ON services_material FOR SELECT USING (case_id IN (SELECT id FROM services_case));

CREATE POLICY services_material_insert ON services_material FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_material_update ON services_material FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE services_move ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_move FORCE ROW LEVEL SECURITY;

CREATE POLICY services_move_read ON services_move FOR SELECT USING (case_id IN (SELECT id FROM services_case));

CREATE POLICY services_move_insert ON services_move FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE services_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_notice FORCE ROW LEVEL SECURITY;

CREATE POLICY services_notice_read ON services_notice FOR SELECT USING (case_id IN (SELECT id FROM services_case));

CREATE POLICY services_notice_insert ON services_notice FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE services_counter ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_counter FORCE ROW LEVEL SECURITY;

CREATE POLICY services_counter_read ON services_counter FOR SELECT USING (pz_is('system'));

CREATE POLICY services_counter_insert ON services_counter FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_counter_update ON services_counter FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE services_mandate ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_mandate FORCE ROW LEVEL SECURITY;

CREATE POLICY services_mandate_read ON services_mandate FOR SELECT USING (((pz_is('enterprise') AND (principal_id = pz_organisation() OR agent_id = pz_organisation())) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY services_mandate_insert ON services_mandate FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_mandate_update ON services_mandate FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE services_question ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_question FORCE ROW LEVEL SECURITY;

CREATE POLICY services_question_read ON services_question FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (organisation_id IS NULL AND person_id = pz_person()) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY services_question_insert ON services_question FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_question_update ON services_question FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE services_reply ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_reply FORCE ROW LEVEL SECURITY;

CREATE POLICY services_reply_read ON services_reply FOR SELECT USING (question_id IN (SELECT id FROM services_question));

CREATE POLICY services_reply_insert ON services_reply FOR INSERT WITH CHECK (pz_is('system'));

ALTER TABLE services_replay ENABLE ROW LEVEL SECURITY;

ALTER TABLE services_replay FORCE ROW LEVEL SECURITY;

CREATE POLICY services_replay_read ON services_replay FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY services_replay_insert ON services_replay FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_replay_update ON services_replay FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE FUNCTION services_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was decided about a case is never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER services_move_kept BEFORE UPDATE OR DELETE ON services_move FOR EACH ROW EXECUTE FUNCTION services_kept();

CREATE TRIGGER services_notice_kept BEFORE UPDATE OR DELETE ON services_notice FOR EACH ROW EXECUTE FUNCTION services_kept();

CREATE TRIGGER services_reply_kept BEFORE UPDATE OR DELETE ON services_reply FOR EACH ROW EXECUTE FUNCTION services_kept();

ALTER TABLE "services_case" ADD COLUMN "person_id" bigint NULL CONSTRAINT "services_case_person_id_e322d249_fk_kernel_person_id" REFERENCES "kernel_person"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "services_case_person_id_e322d249_fk_kernel_person_id" IMMEDIATE;

ALTER TABLE "services_case" DROP CONSTRAINT "services_case_whose";

ALTER TABLE "services_case" ADD CONSTRAINT "services_case_whose" CHECK ((("organisation_id" IS NOT NULL AND "person_id" IS NULL) OR ("organisation_id" IS NULL AND "person_id" IS NOT NULL) OR "trial"));

CREATE INDEX "services_case_person" ON "services_case" ("person_id", "changed_at" DESC);

DROP POLICY services_case_read ON services_case;

DROP POLICY services_case_insert ON services_case;

DROP POLICY services_case_update ON services_case;

CREATE POLICY services_case_read ON services_case FOR SELECT USING (((pz_is('enterprise') AND (organisation_id = pz_organisation() OR agent_id = pz_organisation())) OR (pz_is('consumer') AND person_id = pz_person()) OR (trial AND (pz_is('agency') OR pz_is('district') OR pz_is('zone')) AND applicant_unit <> '' AND applicant_unit = pz_unit()) OR (NOT trial AND (pz_is('agency') OR pz_is('district') OR pz_is('zone')) AND pz_unit() <> '' AND jsonb_exists(units, pz_unit())) OR (NOT trial AND submitted_at IS NOT NULL AND pz_is('zone')) OR pz_is('system')));

CREATE POLICY services_case_insert ON services_case FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY services_case_update ON services_case FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE INDEX "services_case_person_id_e322d249" ON "services_case" ("person_id");

CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" timestamp with time zone NOT NULL);

CREATE INDEX "django_session_session_key_c0390e0f_like" ON "django_session" ("session_key" varchar_pattern_ops);

CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");

CREATE SCHEMA IF NOT EXISTS simulators;
-- The exchange node: what lies in a user's box until it is fetched and acknowledged.
CREATE TABLE simulators.mailbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  receiver text NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  acknowledged_at timestamptz
);
CREATE INDEX mailbox_waiting ON simulators.mailbox (receiver, id) WHERE acknowledged_at IS NULL;
-- Message numbers a sender has used, so that a repeated transport message is delivered once.
CREATE TABLE simulators.seen (sender text, message_id text, PRIMARY KEY (sender, message_id));
CREATE TABLE simulators.setting (name text PRIMARY KEY, value jsonb NOT NULL);
CREATE TABLE simulators.serial (name text PRIMARY KEY, value bigint NOT NULL);
-- Customs' own books.
CREATE TABLE simulators.customs_document (
  key text PRIMARY KEY,
  status text NOT NULL,
  app_time text NOT NULL,
  data jsonb NOT NULL
);
CREATE TABLE simulators.customs_waiting (
  key text PRIMARY KEY,
  data jsonb NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE simulators.customs_receipt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  due_at timestamptz NOT NULL,
  at timestamptz,
  receivers text[] NOT NULL,
  sender text NOT NULL,
  message text NOT NULL,
  edition text NOT NULL,
  step int NOT NULL,
  fields jsonb NOT NULL
);
CREATE INDEX customs_receipt_due ON simulators.customs_receipt (due_at);
CREATE TABLE simulators.customs_buyer (
  buyer text NOT NULL,
  year int NOT NULL,
  total numeric(14,2) NOT NULL CHECK (total >= 0),
  PRIMARY KEY (buyer, year)
);
CREATE TABLE simulators.customs_bill (
  invt_no text PRIMARY KEY,
  tax_no text NOT NULL,
  released_on date NOT NULL,
  status text NOT NULL,
  data jsonb NOT NULL
);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT USAGE ON SCHEMA simulators TO pz_counterpart;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA simulators TO pz_counterpart;
  END IF;
END $$;

CREATE INDEX customs_document_number ON simulators.customs_document ((data ->> 'invtNo')) WHERE data ->> 'invtNo' IS NOT NULL;

-- Orders whose payment raw data customs wants: asked of the platform (platDataOpen), answered by an upload.
CREATE TABLE simulators.payment_request (
  session text PRIMARY KEY,
  order_no text NOT NULL,
  ebp text NOT NULL,
  tries int NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked_at timestamptz,
  refused text NOT NULL DEFAULT '',
  code text NOT NULL DEFAULT '',
  answered_at timestamptz
);
CREATE INDEX payment_request_due ON simulators.payment_request (next_try_at) WHERE asked_at IS NULL AND refused = '';
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.payment_request TO pz_counterpart;
  END IF;
END $$;

CREATE TABLE simulators.firm_push (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm text NOT NULL,
  message_id text NOT NULL,
  kind text NOT NULL,
  content jsonb NOT NULL,
  times int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (firm, message_id)
);
CREATE INDEX firm_push_firm ON simulators.firm_push (firm, id);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.firm_push TO pz_counterpart;
  END IF;
END $$;

-- The foreign-exchange administration: its list, its table of rates, its months, and reports it took.
CREATE TABLE simulators.safe_row (
  kind text NOT NULL CHECK (kind IN ('names', 'rates', 'months')),
  key text NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE TABLE simulators.safe_report (
  id text PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  data jsonb NOT NULL,
  times int NOT NULL DEFAULT 1
);
-- Banks, each under its own code: accounts, remittances that came in, and what was decided about them.
CREATE TABLE simulators.bank_account (
  bank text NOT NULL,
  firm text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('pending', 'current', 'rmb')),
  currency text NOT NULL,
  balance numeric(16,2) NOT NULL DEFAULT 0 CHECK (balance >= 0),
  PRIMARY KEY (bank, firm, kind, currency)
);
CREATE TABLE simulators.bank_receipt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bank text NOT NULL,
  number text NOT NULL,
  data jsonb NOT NULL,
  decided text NOT NULL DEFAULT '',
  UNIQUE (bank, number)
);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.safe_row, simulators.safe_report, simulators.bank_account,
      simulators.bank_receipt TO pz_counterpart;
  END IF;
END $$;

CREATE TABLE simulators.register_entry (
  register text NOT NULL,
  uscc text NOT NULL,
  data jsonb NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (register, uscc)
);
CREATE TABLE simulators.register_ticket (
  ticket text PRIMARY KEY,
  uscc text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.register_entry, simulators.register_ticket TO pz_counterpart;
  END IF;
END $$;

-- Refund filings as the tax authority's own system keeps them, the lines it took, and what it has to say.
CREATE TABLE simulators.tax_filing (
  number text PRIMARY KEY,
  firm text NOT NULL,
  amount numeric(19, 2) NOT NULL,
  state text NOT NULL,
  receipt text NOT NULL DEFAULT '',
  said text NOT NULL DEFAULT '',
  asked boolean NOT NULL DEFAULT false,
  taken_at timestamptz NOT NULL
);
CREATE TABLE simulators.tax_line (
  list_no text NOT NULL,
  line_no int NOT NULL,
  number text NOT NULL REFERENCES simulators.tax_filing (number),
  PRIMARY KEY (list_no, line_no)
);
CREATE TABLE simulators.tax_news (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number text NOT NULL,
  kind text NOT NULL,
  content text NOT NULL,
  fetched boolean NOT NULL DEFAULT false
);
CREATE INDEX tax_news_waiting ON simulators.tax_news (id) WHERE NOT fetched;
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.tax_filing, simulators.tax_line, simulators.tax_news TO pz_counterpart;
  END IF;
END $$;

-- Carriers, each under its own customs code: parcels with what befell them, and numbers for those that have none.
CREATE SEQUENCE simulators.carrier_number;
CREATE TABLE simulators.carrier_parcel (
  carrier text NOT NULL,
  number text NOT NULL,
  state text NOT NULL DEFAULT 'created',
  data jsonb NOT NULL,
  events jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (carrier, number)
);
CREATE INDEX carrier_parcel_changed ON simulators.carrier_parcel (carrier, updated_at, number);
CREATE INDEX carrier_parcel_created ON simulators.carrier_parcel (carrier, created_at, number);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pz_counterpart') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON simulators.carrier_parcel TO pz_counterpart;
    GRANT USAGE ON SEQUENCE simulators.carrier_number TO pz_counterpart;
  END IF;
END $$;

-- What lies in a box is Base64 inside: to compress it costs the sender's processor more than the disk it saves.
ALTER TABLE simulators.mailbox ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE "statistics_cell" ("month" date NOT NULL, "flow" varchar(1) NOT NULL, "back" boolean NOT NULL, "port" boolean NOT NULL, "registered" boolean NOT NULL, "mode" varchar(4) NOT NULL, "unit" varchar(200) NOT NULL, "hs" varchar(8) NOT NULL, "country" varchar(3) NOT NULL, "transport" varchar(1) NOT NULL, "cny" numeric(21, 2) NOT NULL, "usd" numeric(21, 2) NOT NULL, "facts" bigint NOT NULL, "orders" bigint NOT NULL, "unvalued" bigint NOT NULL, "undollared" bigint NOT NULL, PRIMARY KEY ("month", "flow", "back", "port", "registered", "mode", "unit", "hs", "country", "transport"));

CREATE TABLE "statistics_release" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "stage" varchar(12) NOT NULL, "due_on" date NOT NULL, "state" varchar(10) NOT NULL, "computed_at" timestamp with time zone NULL, "consent" varchar(200) NOT NULL, "consent_at" timestamp with time zone NULL, "published_at" timestamp with time zone NULL, "published_on" date NULL, "rule" jsonb NOT NULL, "digest" varchar(64) NOT NULL, "consent_by_id" bigint NULL);

CREATE TABLE "statistics_margin" ("grain" varchar(20) NOT NULL, "coverage" varchar(10) NOT NULL, "flow" varchar(1) NOT NULL, "back" boolean NOT NULL, "a" varchar(200) NOT NULL, "b" varchar(200) NOT NULL, "month" date NOT NULL, "cny" numeric(21, 2) NOT NULL, "usd" numeric(21, 2) NOT NULL, "facts" bigint NOT NULL, "orders" bigint NOT NULL, "unvalued" bigint NOT NULL, "undollared" bigint NOT NULL, PRIMARY KEY ("grain", "coverage", "flow", "back", "a", "b", "month"));

CREATE TABLE "statistics_pending" ("trade_id" bigint NOT NULL PRIMARY KEY);

CREATE TABLE "statistics_fact" ("trade_id" bigint NOT NULL, "line" smallint NOT NULL, "back" boolean NOT NULL, "day" date NOT NULL, "month" date NOT NULL, "flow" varchar(1) NOT NULL, "mode" varchar(4) NOT NULL, "unit" varchar(200) NOT NULL, "firm" bigint NOT NULL, "port" boolean NOT NULL, "registered" boolean NOT NULL, "hs" varchar(10) NOT NULL, "country" varchar(3) NOT NULL, "transport" varchar(1) NOT NULL, "cny" numeric(19, 2) NULL, "usd" numeric(19, 2) NULL, "quantity" numeric(19, 5) NOT NULL, "orders" smallint NOT NULL, PRIMARY KEY ("trade_id", "line", "back"));

CREATE TABLE "statistics_ground" ("release_id" bigint NOT NULL PRIMARY KEY, "body" bytea NOT NULL);

CREATE TABLE "statistics_figure" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "indicator" varchar(40) NOT NULL, "version" varchar(12) NOT NULL, "coverage" varchar(10) NOT NULL, "flow" varchar(1) NOT NULL, "dimension" varchar(12) NOT NULL, "code" varchar(200) NOT NULL, "value" numeric(24, 6) NULL, "hidden" boolean NOT NULL, "release_id" bigint NOT NULL);

CREATE TABLE "statistics_report" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "edition" varchar(40) NOT NULL, "answers" jsonb NOT NULL, "note" varchar(500) NOT NULL, "findings" jsonb NOT NULL, "filed_at" timestamp with time zone NOT NULL, "revision" integer NOT NULL, "filed_by_id" bigint NULL, "organisation_id" bigint NOT NULL);

ALTER TABLE "statistics_release" ADD CONSTRAINT "statistics_release_once" UNIQUE ("month", "stage", "due_on");

ALTER TABLE "statistics_release" ADD CONSTRAINT "statistics_release_embargo" CHECK ((NOT ("state" = 'published') OR (NOT ("consent" = '') AND "published_on" >= ("due_on"))));

ALTER TABLE "statistics_figure" ADD CONSTRAINT "statistics_figure_once" UNIQUE ("release_id", "indicator", "coverage", "flow", "dimension", "code");

ALTER TABLE "statistics_report" ADD CONSTRAINT "statistics_report_once" UNIQUE ("organisation_id", "month");

ALTER TABLE "statistics_release" ADD CONSTRAINT "statistics_release_consent_by_id_96c9ad04_fk_kernel_person_id" FOREIGN KEY ("consent_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_release_consent_by_id_96c9ad04" ON "statistics_release" ("consent_by_id");

CREATE INDEX "statistics_fact_month" ON "statistics_fact" USING brin ("month");

ALTER TABLE "statistics_ground" ADD CONSTRAINT "statistics_ground_release_id_cfacfb3e_fk_statistics_release_id" FOREIGN KEY ("release_id") REFERENCES "statistics_release" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_figure" ADD CONSTRAINT "statistics_figure_release_id_84bb056d_fk_statistics_release_id" FOREIGN KEY ("release_id") REFERENCES "statistics_release" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_figure_release_id_84bb056d" ON "statistics_figure" ("release_id");

ALTER TABLE "statistics_report" ADD CONSTRAINT "statistics_report_filed_by_id_c2b162dc_fk_kernel_person_id" FOREIGN KEY ("filed_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_report" ADD CONSTRAINT "statistics_report_organisation_id_74a8edd6_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_report_filed_by_id_c2b162dc" ON "statistics_report" ("filed_by_id");

CREATE INDEX "statistics_report_organisation_id_74a8edd6" ON "statistics_report" ("organisation_id");

ALTER TABLE statistics_pending ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_pending FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_pending_read ON statistics_pending FOR SELECT USING (pz_is('system'));

CREATE POLICY statistics_pending_insert ON statistics_pending FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY statistics_pending_update ON statistics_pending FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY statistics_pending_delete ON statistics_pending FOR DELETE USING (pz_is('system'));

ALTER TABLE statistics_fact ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_fact FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_fact_read ON statistics_fact FOR SELECT USING (pz_is('system'));

CREATE POLICY statistics_fact_insert ON statistics_fact FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY statistics_fact_update ON statistics_fact FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY statistics_fact_delete ON statistics_fact FOR DELETE USING (pz_is('system'));

ALTER TABLE statistics_cell ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_cell FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_cell_read ON statistics_cell FOR SELECT USING (((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system')));

CREATE POLICY statistics_cell_insert ON statistics_cell FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY statistics_cell_update ON statistics_cell FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY statistics_cell_delete ON statistics_cell FOR DELETE USING (pz_is('system'));

ALTER TABLE statistics_margin ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_margin FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_margin_read ON statistics_margin FOR SELECT USING (((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system')));

CREATE POLICY statistics_margin_insert ON statistics_margin FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY statistics_margin_update ON statistics_margin FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY statistics_margin_delete ON statistics_margin FOR DELETE USING (pz_is('system'));

ALTER TABLE statistics_ground ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_ground FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_ground_read ON statistics_ground FOR SELECT USING (pz_is('system'));

CREATE POLICY statistics_ground_insert ON statistics_ground FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY statistics_ground_update ON statistics_ground FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE POLICY statistics_ground_delete ON statistics_ground FOR DELETE USING (pz_is('system'));

ALTER TABLE statistics_release ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_release FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_release_read ON statistics_release FOR SELECT USING (true);

CREATE POLICY statistics_release_insert ON statistics_release FOR INSERT WITH CHECK (((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system')));

CREATE POLICY statistics_release_update ON statistics_release FOR UPDATE USING ((((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system')) OR (pz_is('agency') AND pz_unit() = 'zone.customs'))) WITH CHECK ((((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system')) OR (pz_is('agency') AND pz_unit() = 'zone.customs')));

ALTER TABLE statistics_figure ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_figure FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_figure_read ON statistics_figure FOR SELECT USING ((release_id IN (SELECT r.id FROM statistics_release r WHERE r.state = 'published') OR ((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system'))));

CREATE POLICY statistics_figure_insert ON statistics_figure FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY statistics_figure_delete ON statistics_figure FOR DELETE USING (pz_is('system'));

ALTER TABLE statistics_report ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_report FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_report_read ON statistics_report FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_report_insert ON statistics_report FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE POLICY statistics_report_update ON statistics_report FOR UPDATE USING ((pz_is('enterprise') AND organisation_id = pz_organisation())) WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE TRIGGER statistics_release_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_release FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER statistics_report_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_report FOR EACH ROW EXECUTE FUNCTION pz_audit_row('answers', 'note', 'findings');

CREATE INDEX statistics_cell_country ON statistics_cell (country, unit, mode, month);

CREATE INDEX statistics_cell_hs ON statistics_cell (hs text_pattern_ops, country, month);

COMMENT ON TABLE statistics_report IS 'closed to the flood';

CREATE INDEX statistics_cell_unit ON statistics_cell (unit, mode, transport, month);

CREATE TABLE "statistics_reminder" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "day" date NOT NULL, "at" timestamp with time zone NOT NULL, "by_id" bigint NULL, "organisation_id" bigint NOT NULL, CONSTRAINT "statistics_reminder_once" UNIQUE ("organisation_id", "month"));

ALTER TABLE statistics_reminder ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_reminder FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_reminder_read ON statistics_reminder FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_reminder_insert ON statistics_reminder FOR INSERT WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE TRIGGER statistics_reminder_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_reminder FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

COMMENT ON TABLE statistics_reminder IS 'closed to the flood';

ALTER TABLE "statistics_reminder" ADD CONSTRAINT "statistics_reminder_by_id_4bdd7412_fk_kernel_person_id" FOREIGN KEY ("by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_reminder" ADD CONSTRAINT "statistics_reminder_organisation_id_e938d440_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_reminder_by_id_4bdd7412" ON "statistics_reminder" ("by_id");

CREATE INDEX "statistics_reminder_organisation_id_e938d440" ON "statistics_reminder" ("organisation_id");

CREATE TABLE "statistics_survey" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "title" varchar(100) NOT NULL, "month" date NOT NULL, "size" integer NOT NULL, "seed" varchar(100) NOT NULL, "frame" integer NOT NULL, "due_on" date NOT NULL, "drawn_at" timestamp with time zone NOT NULL, "result" jsonb NOT NULL, "published_at" timestamp with time zone NULL, "drawn_by_id" bigint NULL);

CREATE TABLE "statistics_surveyunit" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "stratum" varchar(20) NOT NULL, "probability" double precision NOT NULL, "answers" jsonb NOT NULL, "filed_at" timestamp with time zone NULL, "filed_by_id" bigint NULL, "organisation_id" bigint NOT NULL, "survey_id" bigint NOT NULL, CONSTRAINT "statistics_survey_unit_once" UNIQUE ("survey_id", "organisation_id"), CONSTRAINT "statistics_survey_unit_chance" CHECK (("probability" > 0.0 AND "probability" <= 1.0)));

ALTER TABLE statistics_surveyunit ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_surveyunit FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_surveyunit_read ON statistics_surveyunit FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_surveyunit_insert ON statistics_surveyunit FOR INSERT WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE POLICY statistics_surveyunit_update ON statistics_surveyunit FOR UPDATE USING ((pz_is('enterprise') AND organisation_id = pz_organisation())) WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

ALTER TABLE statistics_survey ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_survey FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_survey_read ON statistics_survey FOR SELECT USING ((published_at IS NOT NULL OR (pz_is('agency') AND pz_role() = 'statistician') OR (pz_is('enterprise') AND id IN (SELECT u.survey_id FROM statistics_surveyunit u WHERE u.organisation_id = pz_organisation()))));

CREATE POLICY statistics_survey_insert ON statistics_survey FOR INSERT WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE POLICY statistics_survey_update ON statistics_survey FOR UPDATE USING ((pz_is('agency') AND pz_role() = 'statistician')) WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE TRIGGER statistics_survey_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_survey FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

CREATE TRIGGER statistics_surveyunit_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_surveyunit FOR EACH ROW EXECUTE FUNCTION pz_audit_row('answers');

COMMENT ON TABLE statistics_surveyunit IS 'closed to the flood';

ALTER TABLE "statistics_survey" ADD CONSTRAINT "statistics_survey_drawn_by_id_380c26bb_fk_kernel_person_id" FOREIGN KEY ("drawn_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_survey_drawn_by_id_380c26bb" ON "statistics_survey" ("drawn_by_id");

ALTER TABLE "statistics_surveyunit" ADD CONSTRAINT "statistics_surveyunit_filed_by_id_955d591a_fk_kernel_person_id" FOREIGN KEY ("filed_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_surveyunit" ADD CONSTRAINT "statistics_surveyuni_organisation_id_c7e851b6_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_surveyunit" ADD CONSTRAINT "statistics_surveyuni_survey_id_2994cc05_fk_statistic" FOREIGN KEY ("survey_id") REFERENCES "statistics_survey" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_surveyunit_filed_by_id_955d591a" ON "statistics_surveyunit" ("filed_by_id");

CREATE INDEX "statistics_surveyunit_organisation_id_c7e851b6" ON "statistics_surveyunit" ("organisation_id");

CREATE INDEX "statistics_surveyunit_survey_id_2994cc05" ON "statistics_surveyunit" ("survey_id");

ALTER TABLE statistics_cell DROP CONSTRAINT statistics_cell_pkey, ADD COLUMN span smallint NOT NULL DEFAULT 1;

ALTER TABLE statistics_cell ALTER COLUMN span DROP DEFAULT;

DROP INDEX statistics_cell_country;

DROP INDEX statistics_cell_hs;

DROP INDEX statistics_cell_unit;

ALTER TABLE statistics_cell ADD PRIMARY KEY (span, month, flow, back, port, registered, mode, unit, hs, country, transport);

DROP POLICY statistics_cell_read ON statistics_cell;

DROP POLICY statistics_cell_insert ON statistics_cell;

DROP POLICY statistics_cell_update ON statistics_cell;

DROP POLICY statistics_cell_delete ON statistics_cell;

DROP TABLE "statistics_margin" CASCADE;

CREATE TABLE "statistics_margin" ("grain" varchar(20) NOT NULL, "coverage" varchar(10) NOT NULL, "span" smallint NOT NULL, "month" date NOT NULL, "b" varchar(200) NOT NULL, "a" varchar(200) NOT NULL, "flow" varchar(1) NOT NULL, "cny" numeric(21, 2) NOT NULL, "usd" numeric(21, 2) NOT NULL, "facts" bigint NOT NULL, "orders" bigint NOT NULL, "unvalued" bigint NOT NULL, "undollared" bigint NOT NULL, "back_cny" numeric(21, 2) NOT NULL, "back_usd" numeric(21, 2) NOT NULL, PRIMARY KEY ("grain", "coverage", "span", "month", "b", "a", "flow"));

ALTER TABLE statistics_cell ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_cell FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_cell_read ON statistics_cell FOR SELECT USING ((SELECT ((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system'))));

CREATE POLICY statistics_cell_insert ON statistics_cell FOR INSERT WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY statistics_cell_update ON statistics_cell FOR UPDATE USING ((SELECT pz_is('system'))) WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY statistics_cell_delete ON statistics_cell FOR DELETE USING ((SELECT pz_is('system')));

ALTER TABLE statistics_margin ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_margin FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_margin_read ON statistics_margin FOR SELECT USING ((SELECT ((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system'))));

CREATE POLICY statistics_margin_insert ON statistics_margin FOR INSERT WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY statistics_margin_update ON statistics_margin FOR UPDATE USING ((SELECT pz_is('system'))) WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY statistics_margin_delete ON statistics_margin FOR DELETE USING ((SELECT pz_is('system')));

CREATE TABLE "statistics_unfilled" ("part" varchar(20) NOT NULL, "year" smallint NOT NULL, PRIMARY KEY ("part", "year"));

ALTER TABLE statistics_unfilled ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_unfilled FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_unfilled_read ON statistics_unfilled FOR SELECT USING ((SELECT ((pz_is('agency') AND pz_role() = 'statistician') OR pz_is('system'))));

CREATE POLICY statistics_unfilled_insert ON statistics_unfilled FOR INSERT WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY statistics_unfilled_update ON statistics_unfilled FOR UPDATE USING ((SELECT pz_is('system'))) WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY statistics_unfilled_delete ON statistics_unfilled FOR DELETE USING ((SELECT pz_is('system')));

CREATE INDEX statistics_cell_country ON statistics_cell (country, span, month);

CREATE INDEX statistics_cell_hs ON statistics_cell (hs, span, month);

CREATE INDEX statistics_cell_unit ON statistics_cell (unit, mode, span, month);

CREATE INDEX statistics_cell_mode ON statistics_cell (mode, transport, span, month);

CREATE TABLE "statistics_material" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(10) NOT NULL, "reference" varchar(60) NOT NULL, "organisation_id" bigint NOT NULL, "hs" varchar(10) NOT NULL, "on" date NOT NULL, "value" numeric(19, 2) NOT NULL, "mode" varchar(4) NOT NULL, "given_at" timestamp with time zone NOT NULL, "given_by_id" bigint NULL, CONSTRAINT "statistics_material_once" UNIQUE ("kind", "reference"));

CREATE TABLE "statistics_candidate" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" varchar(60) NOT NULL UNIQUE, "organisation_id" bigint NOT NULL, "hs" varchar(10) NOT NULL, "on" date NOT NULL, "value" numeric(19, 2) NOT NULL, "mode" varchar(4) NOT NULL, "algorithm" varchar(30) NOT NULL, "score" smallint NOT NULL, "verdict" varchar(10) NOT NULL, "reasons" jsonb NOT NULL, "sales" jsonb NOT NULL, "state" varchar(10) NOT NULL, "by_firm" boolean NOT NULL, "remark" varchar(200) NOT NULL, "decided_at" timestamp with time zone NULL, "decided_by_id" bigint NULL);

ALTER TABLE statistics_material ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_material FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_material_read ON statistics_material FOR SELECT USING ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE POLICY statistics_material_insert ON statistics_material FOR INSERT WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE POLICY statistics_material_update ON statistics_material FOR UPDATE USING ((pz_is('agency') AND pz_role() = 'statistician')) WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE POLICY statistics_material_delete ON statistics_material FOR DELETE USING ((pz_is('agency') AND pz_role() = 'statistician'));

ALTER TABLE statistics_candidate ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_candidate FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_candidate_read ON statistics_candidate FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_candidate_insert ON statistics_candidate FOR INSERT WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE POLICY statistics_candidate_update ON statistics_candidate FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_candidate_delete ON statistics_candidate FOR DELETE USING ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE TRIGGER statistics_candidate_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_candidate FOR EACH ROW EXECUTE FUNCTION pz_audit_row('hs', 'value', 'score', 'reasons', 'sales', 'remark');

COMMENT ON TABLE statistics_material IS 'closed to the flood';

COMMENT ON TABLE statistics_candidate IS 'closed to the flood';

ALTER TABLE "statistics_material" ADD CONSTRAINT "statistics_material_organisation_id_1dcb77d6_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_material" ADD CONSTRAINT "statistics_material_given_by_id_48ea3f7e_fk_kernel_person_id" FOREIGN KEY ("given_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_material_organisation_id_1dcb77d6" ON "statistics_material" ("organisation_id");

CREATE INDEX "statistics_material_given_by_id_48ea3f7e" ON "statistics_material" ("given_by_id");

ALTER TABLE "statistics_candidate" ADD CONSTRAINT "statistics_candidate_organisation_id_3a34de71_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_candidate" ADD CONSTRAINT "statistics_candidate_decided_by_id_b4693ce7_fk_kernel_person_id" FOREIGN KEY ("decided_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_candidate_number_661a24d6_like" ON "statistics_candidate" ("number" varchar_pattern_ops);

CREATE INDEX "statistics_candidate_organisation_id_3a34de71" ON "statistics_candidate" ("organisation_id");

CREATE INDEX "statistics_candidate_decided_by_id_b4693ce7" ON "statistics_candidate" ("decided_by_id");

ALTER TABLE "statistics_fact" ADD COLUMN "legal_quantity" numeric(19, 5) NULL;

ALTER TABLE "statistics_fact" ADD COLUMN "legal_unit" varchar(3) DEFAULT '' NOT NULL;

ALTER TABLE "statistics_report" ADD COLUMN "reason" varchar(200) DEFAULT '' NOT NULL;

CREATE TABLE "statistics_reportbefore" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "revision" integer NOT NULL, "edition" varchar(40) NOT NULL, "answers" jsonb NOT NULL, "note" varchar(500) NOT NULL, "reason" varchar(200) NOT NULL, "findings" jsonb NOT NULL, "filed_at" timestamp with time zone NOT NULL, "filed_by_id" bigint NULL, "organisation_id" bigint NOT NULL, CONSTRAINT "statistics_report_before_once" UNIQUE ("organisation_id", "month", "revision"));

ALTER TABLE statistics_reportbefore ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_reportbefore FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_reportbefore_read ON statistics_reportbefore FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_reportbefore_insert ON statistics_reportbefore FOR INSERT WITH CHECK ((pz_is('enterprise') AND organisation_id = pz_organisation()));

CREATE TRIGGER statistics_reportbefore_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_reportbefore FOR EACH ROW EXECUTE FUNCTION pz_audit_row('answers', 'note', 'reason', 'findings');

COMMENT ON TABLE statistics_reportbefore IS 'closed to the flood';

ALTER TABLE "statistics_reportbefore" ADD CONSTRAINT "statistics_reportbef_filed_by_id_67748b87_fk_kernel_pe" FOREIGN KEY ("filed_by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_reportbefore" ADD CONSTRAINT "statistics_reportbef_organisation_id_449dc70c_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_reportbefore_filed_by_id_67748b87" ON "statistics_reportbefore" ("filed_by_id");

CREATE INDEX "statistics_reportbefore_organisation_id_449dc70c" ON "statistics_reportbefore" ("organisation_id");

DROP TRIGGER statistics_report_audit ON statistics_report;

CREATE TRIGGER statistics_report_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_report FOR EACH ROW EXECUTE FUNCTION pz_audit_row('answers', 'note', 'reason', 'findings');

CREATE TABLE "statistics_doubt" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "month" date NOT NULL, "field" varchar(40) NOT NULL, "causes" jsonb NOT NULL, "state" varchar(10) NOT NULL, "revision" integer NOT NULL, "due_on" date NOT NULL, "asked_at" timestamp with time zone NOT NULL, "answered_on" date NULL, "organisation_id" bigint NOT NULL);

CREATE TABLE "statistics_doubtturn" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "act" varchar(10) NOT NULL, "text" varchar(500) NOT NULL, "revision" integer NOT NULL, "value" varchar(40) NOT NULL, "due_on" date NULL, "at" timestamp with time zone NOT NULL, "by_id" bigint NULL, "doubt_id" bigint NOT NULL, "organisation_id" bigint NOT NULL);

ALTER TABLE statistics_doubt ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_doubt FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_doubt_read ON statistics_doubt FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_doubt_insert ON statistics_doubt FOR INSERT WITH CHECK ((pz_is('agency') AND pz_role() = 'statistician'));

CREATE POLICY statistics_doubt_update ON statistics_doubt FOR UPDATE USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician'))) WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

ALTER TABLE statistics_doubtturn ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics_doubtturn FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_doubtturn_read ON statistics_doubtturn FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_role() = 'statistician')));

CREATE POLICY statistics_doubtturn_insert ON statistics_doubtturn FOR INSERT WITH CHECK (((pz_is('enterprise') AND organisation_id = pz_organisation() AND act IN ('confirmed', 'corrected')) OR (pz_is('agency') AND pz_role() = 'statistician' AND act IN ('asked', 'again', 'closed'))));

CREATE TRIGGER statistics_doubt_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_doubt FOR EACH ROW EXECUTE FUNCTION pz_audit_row('causes');

CREATE TRIGGER statistics_doubtturn_audit AFTER INSERT OR UPDATE OR DELETE ON statistics_doubtturn FOR EACH ROW EXECUTE FUNCTION pz_audit_row('text', 'value');

COMMENT ON TABLE statistics_doubt IS 'closed to the flood';

COMMENT ON TABLE statistics_doubtturn IS 'closed to the flood';

ALTER TABLE "statistics_doubt" ADD CONSTRAINT "statistics_doubt_organisation_id_89aa0ffe_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX "statistics_doubt_once" ON "statistics_doubt" ("organisation_id", "month", "field") WHERE NOT ("state" = 'closed');

CREATE INDEX "statistics_doubt_organisation_id_89aa0ffe" ON "statistics_doubt" ("organisation_id");

ALTER TABLE "statistics_doubtturn" ADD CONSTRAINT "statistics_doubtturn_by_id_e5ad56aa_fk_kernel_person_id" FOREIGN KEY ("by_id") REFERENCES "kernel_person" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_doubtturn" ADD CONSTRAINT "statistics_doubtturn_doubt_id_ac1a09a1_fk_statistics_doubt_id" FOREIGN KEY ("doubt_id") REFERENCES "statistics_doubt" ("id") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "statistics_doubtturn" ADD CONSTRAINT "statistics_doubtturn_organisation_id_617ba779_fk_kernel_or" FOREIGN KEY ("organisation_id") REFERENCES "kernel_organisation" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "statistics_doubtturn_by_id_e5ad56aa" ON "statistics_doubtturn" ("by_id");

CREATE INDEX "statistics_doubtturn_doubt_id_ac1a09a1" ON "statistics_doubtturn" ("doubt_id");

CREATE INDEX "statistics_doubtturn_organisation_id_617ba779" ON "statistics_doubtturn" ("organisation_id");

ALTER TABLE "tax_export_release" ADD COLUMN "simplified" boolean DEFAULT false NOT NULL;

ALTER TABLE "tax_export_release" ALTER COLUMN "simplified" DROP DEFAULT;

CREATE TABLE "tax_export_return" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "organisation_id" bigint NOT NULL, "list_no" varchar(20) NOT NULL, "line_no" integer NOT NULL, "document_id" bigint NOT NULL, "trade_id" bigint NOT NULL, "declared" numeric(19, 5) NOT NULL, "quantity" numeric(19, 5) NOT NULL, "returned_on" date NOT NULL, "effect" varchar(8) NOT NULL, "amount" numeric(19, 2) NOT NULL, "assessment" jsonb NOT NULL, "state" varchar(8) NOT NULL, "booked_at" timestamp with time zone NOT NULL, CONSTRAINT "tax_export_return_once" UNIQUE ("document_id", "line_no"), CONSTRAINT "tax_export_return_amounts" CHECK (("amount" >= 0 AND "quantity" > 0)), CONSTRAINT "tax_export_return_state" CHECK ("state" IN ('booked', 'waiting')));

ALTER TABLE tax_export_return ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_export_return FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_export_return_read ON tax_export_return FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_export_return_insert ON tax_export_return FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_export_return_update ON tax_export_return FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE INDEX "tax_export_return_line" ON "tax_export_return" ("list_no", "line_no");

CREATE INDEX "tax_export_return_org" ON "tax_export_return" ("organisation_id", "id" DESC);

ALTER TABLE "tax_refund_filing" ADD COLUMN "principal_id" bigint NULL;

CREATE TABLE "tax_refund_agency" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "service_id" bigint NOT NULL, "producer_id" bigint NOT NULL, "number" varchar(40) NOT NULL, "valid_from" date NOT NULL, "valid_to" date NOT NULL, "own_goods" boolean NOT NULL, "contract_abroad" boolean NOT NULL, "account" varchar(40) NOT NULL, "controls" boolean NOT NULL, "proposed_at" timestamp with time zone NOT NULL, "confirmed_at" timestamp with time zone NULL, "filed_on" date NULL, "filed_by" bigint NULL, "ended_on" date NULL, CONSTRAINT "tax_refund_agency_once" UNIQUE ("service_id", "number"), CONSTRAINT "tax_refund_agency_days" CHECK (("valid_to" >= ("valid_from") AND NOT ("service_id" = ("producer_id")))));

ALTER TABLE tax_refund_agency ENABLE ROW LEVEL SECURITY;

ALTER TABLE tax_refund_agency FORCE ROW LEVEL SECURITY;

CREATE POLICY tax_refund_agency_read ON tax_refund_agency FOR SELECT USING (((pz_is('enterprise') AND pz_organisation() IN (service_id, producer_id)) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_refund_agency_insert ON tax_refund_agency FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_refund_agency_update ON tax_refund_agency FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE TRIGGER tax_refund_agency_audit AFTER INSERT OR UPDATE OR DELETE ON tax_refund_agency FOR EACH ROW EXECUTE FUNCTION pz_audit_row();

DROP POLICY tax_refund_filing_read ON tax_refund_filing;

DROP POLICY tax_refund_filing_insert ON tax_refund_filing;

DROP POLICY tax_refund_filing_update ON tax_refund_filing;

CREATE POLICY tax_refund_filing_read ON tax_refund_filing FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('enterprise') AND principal_id = pz_organisation()) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_refund_filing_insert ON tax_refund_filing FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_refund_filing_update ON tax_refund_filing FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

DROP POLICY tax_export_registration_read ON tax_export_registration;

DROP POLICY tax_export_registration_insert ON tax_export_registration;

DROP POLICY tax_export_registration_update ON tax_export_registration;

CREATE POLICY tax_export_registration_read ON tax_export_registration FOR SELECT USING (((pz_is('enterprise') AND organisation_id = pz_organisation()) OR (pz_is('enterprise') AND voucher = 'agency' AND EXISTS (SELECT 1 FROM tax_refund_agency a WHERE a.filed_on IS NOT NULL AND a.service_id = pz_organisation() AND a.producer_id = tax_export_registration.organisation_id)) OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR pz_is('system')));

CREATE POLICY tax_export_registration_insert ON tax_export_registration FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tax_export_registration_update ON tax_export_registration FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

CREATE INDEX "tax_refund_agency_producer" ON "tax_refund_agency" ("producer_id", "valid_from");

CREATE INDEX "tax_refund_agency_service" ON "tax_refund_agency" ("service_id", "id" DESC);

CREATE INDEX "tax_guarantee_entry_when" ON "tax_guarantee_entry" ("organisation_id", "at" DESC, "id" DESC);

DROP INDEX IF EXISTS "tax_guarantee_entry_org";

CREATE INDEX "tax_guarantee_entry_told" ON "tax_guarantee_entry" ("reference", "list_key") WHERE "reference" > '';

DO $$
BEGIN
  IF (SELECT count(DISTINCT position) > 1 FROM kernel_event_cursor WHERE consumer IN ('tracking', 'tracking.months')) THEN
    DELETE FROM tracking_event;
    DELETE FROM tracking_number;
    DELETE FROM tracking_hour;
    DELETE FROM tracking_trade;
    DELETE FROM tracking_fact;
    DELETE FROM tracking_figure;
    DELETE FROM tracking_month;
    DELETE FROM kernel_event_cursor WHERE consumer = 'tracking';
  END IF;
  DELETE FROM kernel_event_cursor WHERE consumer = 'tracking.months';
END $$;

DROP INDEX IF EXISTS "tracking_trade_since";

ALTER TABLE "tracking_trade" ADD COLUMN "lines" text DEFAULT '' NOT NULL;

ALTER TABLE "tracking_trade" ALTER COLUMN "lines" DROP DEFAULT;

UPDATE tracking_trade t SET lines = e.lines FROM (
  SELECT trade_id, string_agg(json_build_array(at, code, zh, en, source, state, holder, 0)::text, ',' ORDER BY at, id) AS lines
  FROM tracking_event GROUP BY trade_id
) e WHERE e.trade_id = t.id;

CREATE OR REPLACE FUNCTION tracking_find(wanted text)
RETURNS TABLE (trade bigint, flow text, mode text, state text, holder text, since timestamptz, stages jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT t.id, t.flow, t.mode, t.state, t.holder, t.since,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'state', e.state, 'holder', e.holder) ORDER BY e.at, e.id),
                     '[]'::jsonb)
       FROM (SELECT DISTINCT ON (line ->> 5) place AS id, (line ->> 0)::timestamptz AS at, line ->> 5 AS state, line ->> 6 AS holder
             FROM json_array_elements(('[' || t.lines || ']')::json) WITH ORDINALITY AS l (line, place)
             WHERE line ->> 5 <> '' ORDER BY line ->> 5, (line ->> 0)::timestamptz, place) e)
  FROM tracking_trade t
  WHERE t.id IN (SELECT n.trade_id FROM tracking_number n WHERE n.number = wanted LIMIT 40)
  ORDER BY t.since DESC LIMIT 20
$$;

DROP TABLE "tracking_event" CASCADE;

CREATE TEMPORARY TABLE tracking_numbers_kept ON COMMIT DROP AS SELECT DISTINCT number, trade_id FROM tracking_number;
DELETE FROM tracking_number;
ALTER TABLE tracking_number DROP CONSTRAINT tracking_number_once, DROP COLUMN id, DROP COLUMN kind,
  ALTER COLUMN number TYPE varchar(120) COLLATE "C";
INSERT INTO tracking_number (number, trade_id) SELECT number, trade_id FROM tracking_numbers_kept ORDER BY 1, 2;
DROP TABLE tracking_numbers_kept;
ALTER TABLE tracking_number ADD PRIMARY KEY (number, trade_id);

DROP INDEX IF EXISTS "tracking_fact_declared";

DROP INDEX IF EXISTS "tracking_fact_released";

DROP INDEX IF EXISTS "tracking_fact_returned";

CREATE INDEX "tracking_fact_months" ON "tracking_fact" USING brin ("declared", "released", "returned");

DROP POLICY tracking_number_read ON tracking_number;

DROP POLICY tracking_number_insert ON tracking_number;

DROP POLICY tracking_number_update ON tracking_number;

DROP POLICY tracking_number_delete ON tracking_number;

CREATE POLICY tracking_number_read ON tracking_number FOR SELECT USING (((SELECT pz_is('system')) OR EXISTS (SELECT 1 FROM tracking_trade t WHERE t.id = tracking_number.trade_id)));

CREATE POLICY tracking_number_insert ON tracking_number FOR INSERT WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY tracking_number_update ON tracking_number FOR UPDATE USING ((SELECT pz_is('system'))) WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY tracking_number_delete ON tracking_number FOR DELETE USING ((SELECT pz_is('system')));

DROP POLICY tracking_trade_read ON tracking_trade;

DROP POLICY tracking_trade_insert ON tracking_trade;

DROP POLICY tracking_trade_update ON tracking_trade;

DROP POLICY tracking_trade_delete ON tracking_trade;

CREATE POLICY tracking_trade_read ON tracking_trade FOR SELECT USING (((SELECT pz_is('system')) OR (pz_is('enterprise') AND pz_organisation() = ANY (parties)) OR (pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer()) OR (pz_is('agency') AND pz_unit() = 'zone.customs') OR (pz_is('agency') AND pz_unit() = 'zone.tax') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor'))));

CREATE POLICY tracking_trade_insert ON tracking_trade FOR INSERT WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY tracking_trade_update ON tracking_trade FOR UPDATE USING ((SELECT pz_is('system'))) WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY tracking_trade_delete ON tracking_trade FOR DELETE USING ((SELECT pz_is('system')));

DROP POLICY tracking_fact_read ON tracking_fact;

DROP POLICY tracking_fact_insert ON tracking_fact;

DROP POLICY tracking_fact_update ON tracking_fact;

DROP POLICY tracking_fact_delete ON tracking_fact;

CREATE POLICY tracking_fact_read ON tracking_fact FOR SELECT USING ((SELECT pz_is('system')));

CREATE POLICY tracking_fact_insert ON tracking_fact FOR INSERT WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY tracking_fact_update ON tracking_fact FOR UPDATE USING ((SELECT pz_is('system'))) WITH CHECK ((SELECT pz_is('system')));

CREATE POLICY tracking_fact_delete ON tracking_fact FOR DELETE USING ((SELECT pz_is('system')));

CREATE TABLE "tracking_reconcile_run" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "first" date NOT NULL, "last" date NOT NULL, "as_of" date NOT NULL, "channel" varchar(8) NOT NULL, "asked_by" bigint NULL, "wanted" date[] NOT NULL, "state" varchar(8) NOT NULL, "days" integer NOT NULL, "done" integer NOT NULL, "algorithm" varchar(30) NOT NULL, "edition" varchar(16) NOT NULL, "asked_at" timestamp with time zone NOT NULL, "beat_at" timestamp with time zone NOT NULL, "finished_at" timestamp with time zone NULL, "found" integer NOT NULL, "fresh" integer NOT NULL, "reopened" integer NOT NULL, "gone" integer NOT NULL, "unexplained" jsonb NOT NULL, "problem" varchar(300) NOT NULL);

CREATE TABLE "tracking_residual" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "mark" varchar(200) NOT NULL UNIQUE, "kind" varchar(24) NOT NULL, "key" varchar(80) NOT NULL, "subject" varchar(80) NOT NULL, "firm" bigint NOT NULL, "unit" varchar(200) NOT NULL, "trade_id" bigint NULL, "number" varchar(40) NOT NULL, "pass_day" date NOT NULL, "day" date NOT NULL, "due_on" date NOT NULL, "left" varchar(200) NOT NULL, "right" varchar(200) NOT NULL, "legs" jsonb NOT NULL, "currency" varchar(3) NOT NULL, "difference" numeric(19, 2) NULL, "owner" varchar(20) NOT NULL, "seen_by" varchar(20)[] NOT NULL, "state" varchar(9) NOT NULL, "found_at" timestamp with time zone NOT NULL, "first_run" bigint NOT NULL, "last_run" bigint NOT NULL, "person" bigint NULL, "reason" varchar(300) NOT NULL, "evidence" varchar(300) NOT NULL);

CREATE TABLE "tracking_reconcile_pass" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "day" date NOT NULL, "at" timestamp with time zone NOT NULL, "matched" integer NOT NULL, "rows" jsonb NOT NULL, "kinds" jsonb NOT NULL, "sums" jsonb NOT NULL, "unexplained" jsonb NOT NULL, "run_id" bigint NOT NULL, CONSTRAINT "tracking_rec_pass_once" UNIQUE ("run_id", "day"));

CREATE TABLE "tracking_residual_step" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "what" varchar(9) NOT NULL, "at" timestamp with time zone NOT NULL, "run" bigint NULL, "person" bigint NULL, "note" varchar(300) NOT NULL, "evidence" varchar(300) NOT NULL, "left" varchar(200) NOT NULL, "right" varchar(200) NOT NULL, "residual_id" bigint NOT NULL);

ALTER TABLE tracking_reconcile_run ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_reconcile_run FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_reconcile_run_read ON tracking_reconcile_run FOR SELECT USING ((pz_is('agency') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

CREATE POLICY tracking_reconcile_run_insert ON tracking_reconcile_run FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_reconcile_run_update ON tracking_reconcile_run FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tracking_reconcile_pass ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_reconcile_pass FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_reconcile_pass_read ON tracking_reconcile_pass FOR SELECT USING ((pz_is('agency') OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

CREATE POLICY tracking_reconcile_pass_insert ON tracking_reconcile_pass FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_reconcile_pass_update ON tracking_reconcile_pass FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tracking_residual ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_residual FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_residual_read ON tracking_residual FOR SELECT USING (((pz_is('enterprise') AND firm = pz_organisation()) OR (pz_is('agency') AND pz_unit() = ANY (seen_by)) OR (pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor')) OR pz_is('system')));

CREATE POLICY tracking_residual_insert ON tracking_residual FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_residual_update ON tracking_residual FOR UPDATE USING (pz_is('system')) WITH CHECK (pz_is('system'));

ALTER TABLE tracking_residual_step ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_residual_step FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_residual_step_read ON tracking_residual_step FOR SELECT USING (EXISTS (SELECT 1 FROM tracking_residual r WHERE r.id = residual_id));

CREATE POLICY tracking_residual_step_insert ON tracking_residual_step FOR INSERT WITH CHECK (pz_is('system'));

CREATE FUNCTION tracking_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tracking_residual_step_kept BEFORE UPDATE OR DELETE ON tracking_residual_step
  FOR EACH ROW EXECUTE FUNCTION tracking_step_kept();

CREATE INDEX "tracking_rec_run_state" ON "tracking_reconcile_run" ("state", "id");

CREATE INDEX "tracking_residual_mark_71021b9a_like" ON "tracking_residual" ("mark" varchar_pattern_ops);

CREATE INDEX "tracking_residual_kind" ON "tracking_residual" ("state", "kind", "id" DESC);

CREATE INDEX "tracking_residual_firm" ON "tracking_residual" ("firm", "id" DESC);

CREATE INDEX "tracking_residual_day" ON "tracking_residual" ("pass_day");

ALTER TABLE "tracking_reconcile_pass" ADD CONSTRAINT "tracking_reconcile_p_run_id_88978925_fk_tracking_" FOREIGN KEY ("run_id") REFERENCES "tracking_reconcile_run" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "tracking_reconcile_pass_run_id_88978925" ON "tracking_reconcile_pass" ("run_id");

CREATE INDEX "tracking_rec_pass_day" ON "tracking_reconcile_pass" ("day", "id" DESC);

ALTER TABLE "tracking_residual_step" ADD CONSTRAINT "tracking_residual_st_residual_id_19fbb6af_fk_tracking_" FOREIGN KEY ("residual_id") REFERENCES "tracking_residual" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "tracking_residual_step_residual_id_19fbb6af" ON "tracking_residual_step" ("residual_id");

CREATE INDEX "tracking_residual_steps" ON "tracking_residual_step" ("residual_id", "id");

CREATE TABLE "tracking_residual_file" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(160) NOT NULL, "media_type" varchar(40) NOT NULL, "size" integer NOT NULL, "sha256" varchar(64) NOT NULL, "content" bytea NOT NULL, "person" bigint NULL, "at" timestamp with time zone NOT NULL, "residual_id" bigint NOT NULL, CONSTRAINT "tracking_residual_file_once" UNIQUE ("residual_id", "sha256"));

CREATE TABLE "tracking_residual_figure" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "day" date NOT NULL, "unit" varchar(200) NOT NULL, "kind" varchar(24) NOT NULL, "hidden" boolean NOT NULL, "n" integer NULL, "rule" jsonb NOT NULL, CONSTRAINT "tracking_residual_figure_once" UNIQUE ("day", "unit", "kind"), CONSTRAINT "tracking_residual_figure_hidden" CHECK ((NOT "hidden" OR "n" IS NULL)));

ALTER TABLE tracking_residual_figure ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_residual_figure FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_residual_figure_read ON tracking_residual_figure FOR SELECT USING (((pz_is('district') AND unit = pz_unit()) OR pz_is('zone') OR pz_is('system')));

CREATE POLICY tracking_residual_figure_insert ON tracking_residual_figure FOR INSERT WITH CHECK (pz_is('system'));

CREATE POLICY tracking_residual_figure_delete ON tracking_residual_figure FOR DELETE USING (pz_is('system'));

ALTER TABLE tracking_residual_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE tracking_residual_file FORCE ROW LEVEL SECURITY;

CREATE POLICY tracking_residual_file_read ON tracking_residual_file FOR SELECT USING (EXISTS (SELECT 1 FROM tracking_residual r WHERE r.id = residual_id));

CREATE POLICY tracking_residual_file_insert ON tracking_residual_file FOR INSERT WITH CHECK (pz_is('system'));

CREATE TRIGGER tracking_residual_file_kept BEFORE UPDATE OR DELETE ON tracking_residual_file
  FOR EACH ROW EXECUTE FUNCTION tracking_step_kept();

ALTER TABLE "tracking_residual_file" ADD CONSTRAINT "tracking_residual_fi_residual_id_6e360fe1_fk_tracking_" FOREIGN KEY ("residual_id") REFERENCES "tracking_residual" ("id") DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "tracking_residual_file_residual_id_6e360fe1" ON "tracking_residual_file" ("residual_id");

ALTER TABLE "tracking_fact" ADD COLUMN "given_back" boolean DEFAULT false NOT NULL;
