-- What a cluster keeps in PostgreSQL, and the statements by which Orleans' ADO.NET packages reach it. Those packages read their statements from the table OrleansQuery by name; which
-- parameters a statement gets and which columns it must give is theirs to say, the tables are ours. Every start of a silo runs this file, so each part of it may be run again.
-- Rows and the version of the membership change in one statement or not at all, which is what keeps two silos from deciding differently.

CREATE TABLE IF NOT EXISTS orleansquery (querykey text PRIMARY KEY, querytext text NOT NULL);

CREATE TABLE IF NOT EXISTS cluster_versions (cluster text PRIMARY KEY, version integer NOT NULL);

CREATE TABLE IF NOT EXISTS cluster_silos (
    cluster text NOT NULL, address text NOT NULL, port integer NOT NULL, generation integer NOT NULL,
    name text NOT NULL, host text NOT NULL, status integer NOT NULL, gateway integer NOT NULL,
    suspected text, started timestamptz NOT NULL, alive timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation));

CREATE TABLE IF NOT EXISTS cluster_reminders (
    service text NOT NULL, grain text NOT NULL, name text NOT NULL, hash integer NOT NULL,
    due timestamptz NOT NULL, period bigint NOT NULL, version integer NOT NULL,
    PRIMARY KEY (service, grain, name));
CREATE INDEX IF NOT EXISTS cluster_reminders_hash ON cluster_reminders (service, hash);

CREATE TABLE IF NOT EXISTS cluster_states (
    service text NOT NULL, type text NOT NULL, high bigint NOT NULL, low bigint NOT NULL, key text NOT NULL,
    version integer NOT NULL, content bytea,
    PRIMARY KEY (service, type, high, low, key));

INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $$
    WITH made AS (INSERT INTO cluster_versions (cluster, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM made)
$$),
('InsertMembershipKey', $$
    WITH moved AS (
        UPDATE cluster_versions SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT 1 FROM cluster_silos WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING 1),
    made AS (
        INSERT INTO cluster_silos (cluster, address, port, generation, name, host, status, gateway, started, alive)
        SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM made)
$$),
('UpdateMembershipKey', $$
    WITH moved AS (
        UPDATE cluster_versions SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
            SELECT 1 FROM cluster_silos WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING 1),
    changed AS (
        UPDATE cluster_silos SET status = @Status, suspected = @SuspectTimes::text, alive = @IAmAliveTime
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND EXISTS (SELECT 1 FROM moved)
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM changed)
$$),
('UpdateIAmAlivetimeKey', $$
    UPDATE cluster_silos SET alive = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),
('MembershipReadRowKey', $$
    SELECT s.address AS "Address", s.port AS "Port", s.generation AS "Generation", s.name AS "SiloName", s.host AS "HostName", s.status AS "Status",
        s.gateway AS "ProxyPort", s.suspected AS "SuspectTimes", s.started AS "StartTime", s.alive AS "IAmAliveTime", v.version AS "Version"
    FROM cluster_versions v
    LEFT JOIN cluster_silos s ON s.cluster = v.cluster AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    WHERE v.cluster = @DeploymentId
$$),
('MembershipReadAllKey', $$
    SELECT s.address AS "Address", s.port AS "Port", s.generation AS "Generation", s.name AS "SiloName", s.host AS "HostName", s.status AS "Status",
        s.gateway AS "ProxyPort", s.suspected AS "SuspectTimes", s.started AS "StartTime", s.alive AS "IAmAliveTime", v.version AS "Version"
    FROM cluster_versions v LEFT JOIN cluster_silos s ON s.cluster = v.cluster
    WHERE v.cluster = @DeploymentId
$$),
('GatewaysQueryKey', $$
    SELECT address AS "Address", gateway AS "ProxyPort", generation AS "Generation" FROM cluster_silos
    WHERE cluster = @DeploymentId AND status = @Status AND gateway > 0
$$),
('DeleteMembershipTableEntriesKey', $$
    WITH rows AS (DELETE FROM cluster_silos WHERE cluster = @DeploymentId)
    DELETE FROM cluster_versions WHERE cluster = @DeploymentId
$$),
-- A silo that is dead has status 6.
('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM cluster_silos WHERE cluster = @DeploymentId AND status = 6 AND alive < @IAmAliveTime AND started < @IAmAliveTime
$$),
('ReadReminderRowsKey', $$
    SELECT grain AS "GrainId", name AS "ReminderName", due AS "StartTime", period AS "Period", version AS "Version" FROM cluster_reminders
    WHERE service = @ServiceId AND grain = @GrainId
$$),
('ReadReminderRowKey', $$
    SELECT grain AS "GrainId", name AS "ReminderName", due AS "StartTime", period AS "Period", version AS "Version" FROM cluster_reminders
    WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
$$),
('ReadRangeRows1Key', $$
    SELECT grain AS "GrainId", name AS "ReminderName", due AS "StartTime", period AS "Period", version AS "Version" FROM cluster_reminders
    WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash
$$),
('ReadRangeRows2Key', $$
    SELECT grain AS "GrainId", name AS "ReminderName", due AS "StartTime", period AS "Period", version AS "Version" FROM cluster_reminders
    WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)
$$),
('UpsertReminderRowKey', $$
    INSERT INTO cluster_reminders AS r (service, grain, name, hash, due, period, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
    ON CONFLICT (service, grain, name) DO UPDATE
    SET hash = excluded.hash, due = excluded.due, period = excluded.period, version = r.version + 1
    RETURNING version AS "Version"
$$),
('DeleteReminderRowKey', $$
    WITH gone AS (
        DELETE FROM cluster_reminders WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM gone)
$$),
('DeleteReminderRowsKey', $$
    DELETE FROM cluster_reminders WHERE service = @ServiceId
$$),
('ReadFromStorageKey', $$
    SELECT content AS "PayloadBinary", version AS "Version" FROM cluster_states
    WHERE service = @ServiceId AND type = @GrainTypeString AND high = @GrainIdN0 AND low = @GrainIdN1 AND key = coalesce(@GrainIdExtensionString::text, '')
$$),
-- Gives no row when the version is not the one that the writer read, which the package takes for a conflict.
('WriteToStorageKey', $$
    WITH changed AS (
        UPDATE cluster_states SET content = @PayloadBinary, version = version + 1
        WHERE service = @ServiceId AND type = @GrainTypeString AND high = @GrainIdN0 AND low = @GrainIdN1
            AND key = coalesce(@GrainIdExtensionString::text, '') AND version = @GrainStateVersion::integer
        RETURNING version),
    made AS (
        INSERT INTO cluster_states (service, type, high, low, key, version, content)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version)
    SELECT version AS "NewGrainStateVersion" FROM changed UNION ALL SELECT version FROM made
$$),
('ClearStorageKey', $$
    UPDATE cluster_states SET content = NULL, version = version + 1
    WHERE service = @ServiceId AND type = @GrainTypeString AND high = @GrainIdN0 AND low = @GrainIdN1
        AND key = coalesce(@GrainIdExtensionString::text, '') AND version = @GrainStateVersion::integer
    RETURNING version
$$),
('DeleteStorageKey', $$
    DELETE FROM cluster_states
    WHERE service = @ServiceId AND type = @GrainTypeString AND high = @GrainIdN0 AND low = @GrainIdN1
        AND key = coalesce(@GrainIdExtensionString::text, '') AND version = @GrainStateVersion::integer
    RETURNING version + 1
$$)
ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
