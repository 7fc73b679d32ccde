CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.api_keys (
    id text NOT NULL,
    name text NOT NULL,
    key_hash text NOT NULL,
    hint text NOT NULL,
    role text NOT NULL,
    branch_id text,
    unlimited integer DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint,
    CONSTRAINT ck_api_keys_known_role CHECK ((role = ANY (ARRAY['admin'::text, 'agent'::text, 'kiosk'::text, 'display'::text])))
);
CREATE TABLE public.branches (
    id text NOT NULL,
    name text NOT NULL,
    label text DEFAULT ''::text NOT NULL,
    time_zone text NOT NULL,
    hours text NOT NULL,
    screens text DEFAULT '{}'::text NOT NULL,
    version bigint DEFAULT '0'::bigint NOT NULL,
    clock_at bigint DEFAULT '0'::bigint NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    created_at bigint NOT NULL,
    archived_at bigint
);
CREATE TABLE public.closures (
    id text NOT NULL,
    branch_id text NOT NULL,
    starts_on text NOT NULL,
    ends_on text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_closures_ends_after_start CHECK ((ends_on >= starts_on))
);
CREATE TABLE public.contacts (
    ticket_id bigint NOT NULL,
    branch_id text NOT NULL,
    phone text,
    email text,
    push text,
    language text DEFAULT ''::text NOT NULL,
    stopped_at bigint,
    created_at bigint NOT NULL
);
CREATE TABLE public.departments (
    id text NOT NULL,
    branch_id text NOT NULL,
    name text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    archived_at bigint
);
CREATE TABLE public.desk_queues (
    desk_id text NOT NULL,
    queue_id text NOT NULL,
    place integer NOT NULL
);
CREATE TABLE public.desks (
    id text NOT NULL,
    branch_id text NOT NULL,
    department_id text,
    name text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    state text DEFAULT 'closed'::text NOT NULL,
    agent_id text,
    since_at bigint DEFAULT '0'::bigint NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    archived_at bigint,
    CONSTRAINT ck_desks_known_state CHECK ((state = ANY (ARRAY['closed'::text, 'open'::text, 'paused'::text])))
);
CREATE TABLE public.devices (
    id text NOT NULL,
    branch_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    token_hash text NOT NULL,
    settings text DEFAULT '{}'::text NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    paired_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    revoked_at bigint,
    CONSTRAINT ck_devices_known_kind CHECK ((kind = ANY (ARRAY['kiosk'::text, 'display'::text])))
);
CREATE TABLE public.events (
    scope_id text NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    verb text NOT NULL,
    actor text NOT NULL,
    ticket_id bigint,
    queue_id text,
    desk_id text,
    data text NOT NULL
);
CREATE TABLE public.message_settings (
    branch_id text NOT NULL,
    settings text DEFAULT '{}'::text NOT NULL,
    alert_url text DEFAULT ''::text NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL
);
CREATE TABLE public.messages (
    id text NOT NULL,
    branch_id text NOT NULL,
    queue_id text,
    ticket_id bigint,
    kind text NOT NULL,
    occasion bigint DEFAULT '0'::bigint NOT NULL,
    channel text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at bigint NOT NULL,
    fence bigint DEFAULT '0'::bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    created_at bigint NOT NULL,
    tried_at bigint,
    sent_at bigint,
    CONSTRAINT ck_messages_known_state CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'skipped'::text]))),
    CONSTRAINT ck_messages_sent_has_instant CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL)))
);
CREATE TABLE public.numbers (
    queue_id text NOT NULL,
    service_day text NOT NULL,
    last integer NOT NULL
);
CREATE TABLE public.organisations (
    id text NOT NULL,
    name text NOT NULL,
    accent text DEFAULT ''::text NOT NULL,
    languages text DEFAULT 'en hi es ar'::text NOT NULL,
    version bigint DEFAULT '0'::bigint NOT NULL,
    clock_at bigint DEFAULT '0'::bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.pairings (
    code_hash text NOT NULL,
    claim_hash text NOT NULL,
    kind text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    device_id text
);
CREATE TABLE public.queues (
    id text NOT NULL,
    branch_id text NOT NULL,
    department_id text,
    name text NOT NULL,
    prefix text NOT NULL,
    icon text DEFAULT ''::text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    rules text NOT NULL,
    paused_at bigint,
    waiting bigint DEFAULT '0'::bigint NOT NULL,
    late_s integer DEFAULT 0 NOT NULL,
    told text DEFAULT ''::text NOT NULL,
    told_at bigint,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    archived_at bigint,
    CONSTRAINT ck_queues_late_not_negative CHECK ((late_s >= 0)),
    CONSTRAINT ck_queues_waiting_not_negative CHECK ((waiting >= 0))
);
CREATE TABLE public.refresh_tokens (
    token_hash text NOT NULL,
    family text NOT NULL,
    staff_id text NOT NULL,
    credential_version integer NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.replies (
    caller text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.sign_ins (
    token_hash text NOT NULL,
    staff_id text NOT NULL,
    credential_version integer NOT NULL,
    browser text DEFAULT ''::text NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.staff (
    id text NOT NULL,
    name text NOT NULL,
    login text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    credential_version integer DEFAULT 1 NOT NULL,
    keyboard integer DEFAULT 1 NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    created_at bigint NOT NULL,
    disabled_at bigint,
    CONSTRAINT ck_staff_known_role CHECK ((role = ANY (ARRAY['admin'::text, 'agent'::text])))
);
CREATE TABLE public.staff_branches (
    staff_id text NOT NULL,
    branch_id text NOT NULL
);
CREATE TABLE public.stays (
    id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    branch_id text NOT NULL,
    queue_id text NOT NULL,
    state text NOT NULL,
    desk_id text,
    agent_id text,
    from_at bigint NOT NULL,
    to_at bigint,
    CONSTRAINT ck_stays_ends_after_start CHECK (((to_at IS NULL) OR (to_at >= from_at)))
);
CREATE SEQUENCE public.stays_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.stays_id_seq OWNED BY public.stays.id;
CREATE TABLE public.tickets (
    id bigint NOT NULL,
    key text NOT NULL,
    branch_id text NOT NULL,
    queue_id text NOT NULL,
    number_queue_id text NOT NULL,
    service_day text NOT NULL,
    number integer NOT NULL,
    code text NOT NULL,
    state text NOT NULL,
    rank bigint NOT NULL,
    party_size integer DEFAULT 1 NOT NULL,
    priority text DEFAULT ''::text NOT NULL,
    name text,
    language text DEFAULT ''::text NOT NULL,
    desk_id text,
    agent_id text,
    joined_at bigint NOT NULL,
    since_at bigint NOT NULL,
    called_at bigint,
    calls integer DEFAULT 0 NOT NULL,
    passed integer DEFAULT 0 NOT NULL,
    deadline_at bigint,
    ended_at bigint,
    note text,
    quoted_low_s integer,
    quoted_high_s integer,
    coming_at bigint,
    overstayed_at bigint,
    rejoin_until_at bigint,
    joined_from text,
    reach integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_tickets_desk_only_when_called CHECK (((desk_id IS NULL) OR (state = ANY (ARRAY['called'::text, 'serving'::text])))),
    CONSTRAINT ck_tickets_final_has_end CHECK (((state = ANY (ARRAY['done'::text, 'no_show'::text, 'left'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT ck_tickets_final_has_no_deadline CHECK (((deadline_at IS NULL) OR (state <> ALL (ARRAY['done'::text, 'no_show'::text, 'left'::text, 'cancelled'::text])))),
    CONSTRAINT ck_tickets_known_state CHECK ((state = ANY (ARRAY['waiting'::text, 'called'::text, 'serving'::text, 'parked'::text, 'done'::text, 'no_show'::text, 'left'::text, 'cancelled'::text]))),
    CONSTRAINT ck_tickets_number_from_one CHECK ((number >= 1)),
    CONSTRAINT ck_tickets_party_of_one_or_more CHECK ((party_size >= 1))
);
CREATE SEQUENCE public.tickets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tickets_id_seq OWNED BY public.tickets.id;
ALTER TABLE ONLY public.stays ALTER COLUMN id SET DEFAULT nextval('public.stays_id_seq'::regclass);
ALTER TABLE ONLY public.tickets ALTER COLUMN id SET DEFAULT nextval('public.tickets_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.branches VALUES ('town-hall', 'Town Hall', '', 'Europe/Madrid', '{"weekly": {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]], "wed": [["00:00", "24:00"]], "thu": [["00:00", "24:00"]], "fri": [["00:00", "24:00"]], "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}, "day_starts_at": "00:00"}', '{}', 12, 1795424730000000, 1, 1795424400000000, NULL);
INSERT INTO public.departments VALUES ('citizens', 'town-hall', 'Citizens', 0, 1, NULL);
INSERT INTO public.desk_queues VALUES ('desk-1', 'passports', 0);
INSERT INTO public.desk_queues VALUES ('desk-1', 'licences', 1);
INSERT INTO public.desk_queues VALUES ('desk-2', 'passports', 0);
INSERT INTO public.desk_queues VALUES ('desk-2', 'licences', 1);
INSERT INTO public.desk_queues VALUES ('desk-3', 'passports', 0);
INSERT INTO public.desk_queues VALUES ('desk-3', 'licences', 1);
INSERT INTO public.desks VALUES ('desk-1', 'town-hall', 'citizens', 'Desk 1', 0, 'open', 'maria-lopez', 0, 1, NULL);
INSERT INTO public.desks VALUES ('desk-2', 'town-hall', 'citizens', 'Desk 2', 0, 'open', 'amir-khan', 0, 1, NULL);
INSERT INTO public.desks VALUES ('desk-3', 'town-hall', 'citizens', 'Desk 3', 0, 'closed', NULL, 0, 1, NULL);
INSERT INTO public.events VALUES ('town-hall', 1, 1795424400000000, 'ticket.joined', 'rule', 1, 'passports', NULL, '{"key":"zWE-MNjxat-Rt1hKImWx9Q","code":"A-001","number":1,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424400000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424400000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424400000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 2, 1795424430000000, 'ticket.joined', 'rule', 2, 'passports', NULL, '{"key":"Hi_riUFMNDwQJ8TRw4a7xA","code":"A-002","number":2,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424430000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424430000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424430000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 3, 1795424460000000, 'ticket.joined', 'rule', 3, 'passports', NULL, '{"key":"eOUQYXMR2KPCzm9EftTVew","code":"A-003","number":3,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424460000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424460000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424460000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 4, 1795424490000000, 'ticket.joined', 'rule', 4, 'passports', NULL, '{"key":"Nb-ZLcnpxhZhLnaWps7MGw","code":"A-004","number":4,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424490000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424490000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424490000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 5, 1795424520000000, 'ticket.joined', 'rule', 5, 'passports', NULL, '{"key":"5LBs5gdBx6h85CyCGAcujA","code":"A-005","number":5,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424520000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424520000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424520000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 6, 1795424550000000, 'ticket.joined', 'rule', 6, 'passports', NULL, '{"key":"m4EOdm7J0oZjyoKN1fSzsg","code":"A-006","number":6,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424550000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424550000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424550000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 7, 1795424580000000, 'ticket.called', 'rule', 1, 'passports', 'desk-1', '{"key":"zWE-MNjxat-Rt1hKImWx9Q","code":"A-001","after":{"state":"called","desk_id":"desk-1","agent_id":"rule","since_at":1795424580000000,"called_at":1795424580000000,"calls":1},"before":{"state":"waiting","desk_id":null,"agent_id":null,"since_at":1795424400000000,"called_at":null,"calls":0}}');
INSERT INTO public.events VALUES ('town-hall', 8, 1795424610000000, 'ticket.no_show', 'rule', 1, 'passports', 'desk-1', '{"key":"zWE-MNjxat-Rt1hKImWx9Q","code":"A-001","after":{"state":"no_show","desk_id":null,"since_at":1795424610000000,"ended_at":1795424610000000},"before":{"state":"called","desk_id":"desk-1","since_at":1795424580000000,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 9, 1795424640000000, 'ticket.called', 'rule', 2, 'passports', 'desk-1', '{"key":"Hi_riUFMNDwQJ8TRw4a7xA","code":"A-002","after":{"state":"called","desk_id":"desk-1","agent_id":"rule","since_at":1795424640000000,"called_at":1795424640000000,"calls":1},"before":{"state":"waiting","desk_id":null,"agent_id":null,"since_at":1795424430000000,"called_at":null,"calls":0}}');
INSERT INTO public.events VALUES ('town-hall', 10, 1795424670000000, 'ticket.started', 'rule', 2, 'passports', 'desk-1', '{"key":"Hi_riUFMNDwQJ8TRw4a7xA","code":"A-002","after":{"state":"serving","since_at":1795424670000000},"before":{"state":"called","since_at":1795424640000000}}');
INSERT INTO public.events VALUES ('town-hall', 11, 1795424700000000, 'ticket.called', 'rule', 3, 'passports', 'desk-2', '{"key":"eOUQYXMR2KPCzm9EftTVew","code":"A-003","after":{"state":"called","desk_id":"desk-2","agent_id":"rule","since_at":1795424700000000,"called_at":1795424700000000,"calls":1},"before":{"state":"waiting","desk_id":null,"agent_id":null,"since_at":1795424460000000,"called_at":null,"calls":0}}');
INSERT INTO public.events VALUES ('town-hall', 12, 1795424730000000, 'ticket.parked', 'rule', 6, 'passports', NULL, '{"key":"m4EOdm7J0oZjyoKN1fSzsg","code":"A-006","after":{"state":"parked","since_at":1795424730000000},"before":{"state":"waiting","since_at":1795424550000000}}');
INSERT INTO public.numbers VALUES ('passports', '2026-11-23', 6);
INSERT INTO public.organisations VALUES ('organisation', '', '', 'en hi es ar', 0, 0, 1795352423762069);
INSERT INTO public.queues VALUES ('licences', 'town-hall', 'citizens', 'Licences', 'B', '', 0, '{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "fit": "strict", "fit_passes": 2, "absence_limit_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "ignore_hours": false}', NULL, 0, 0, '', NULL, 1, NULL);
INSERT INTO public.queues VALUES ('passports', 'town-hall', 'citizens', 'Passports', 'A', '', 0, '{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "fit": "strict", "fit_passes": 2, "absence_limit_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "ignore_hours": false}', NULL, 2, 0, '', NULL, 1, NULL);
INSERT INTO public.staff VALUES ('maria-lopez', 'Maria Lopez', 'maria-lopez', 'nobody can sign in', 'agent', 1, 1, 1, 1795424400000000, NULL);
INSERT INTO public.staff VALUES ('amir-khan', 'Amir Khan', 'amir-khan', 'nobody can sign in', 'agent', 1, 1, 1, 1795424400000000, NULL);
INSERT INTO public.staff_branches VALUES ('maria-lopez', 'town-hall');
INSERT INTO public.staff_branches VALUES ('amir-khan', 'town-hall');
INSERT INTO public.stays VALUES (4, 4, 'town-hall', 'passports', 'waiting', NULL, NULL, 1795424490000000, NULL);
INSERT INTO public.stays VALUES (5, 5, 'town-hall', 'passports', 'waiting', NULL, NULL, 1795424520000000, NULL);
INSERT INTO public.stays VALUES (1, 1, 'town-hall', 'passports', 'waiting', NULL, NULL, 1795424400000000, 1795424580000000);
INSERT INTO public.stays VALUES (7, 1, 'town-hall', 'passports', 'called', 'desk-1', 'rule', 1795424580000000, 1795424610000000);
INSERT INTO public.stays VALUES (2, 2, 'town-hall', 'passports', 'waiting', NULL, NULL, 1795424430000000, 1795424640000000);
INSERT INTO public.stays VALUES (8, 2, 'town-hall', 'passports', 'called', 'desk-1', 'rule', 1795424640000000, 1795424670000000);
INSERT INTO public.stays VALUES (9, 2, 'town-hall', 'passports', 'serving', 'desk-1', 'rule', 1795424670000000, NULL);
INSERT INTO public.stays VALUES (3, 3, 'town-hall', 'passports', 'waiting', NULL, NULL, 1795424460000000, 1795424700000000);
INSERT INTO public.stays VALUES (10, 3, 'town-hall', 'passports', 'called', 'desk-2', 'rule', 1795424700000000, NULL);
INSERT INTO public.stays VALUES (6, 6, 'town-hall', 'passports', 'waiting', NULL, NULL, 1795424550000000, 1795424730000000);
INSERT INTO public.stays VALUES (11, 6, 'town-hall', 'passports', 'parked', NULL, NULL, 1795424730000000, NULL);
INSERT INTO public.tickets VALUES (4, 'Nb-ZLcnpxhZhLnaWps7MGw', 'town-hall', 'passports', 'passports', '2026-11-23', 4, 'A-004', 'waiting', 1795424490000000, 1, '', NULL, '', NULL, NULL, 1795424490000000, 1795424490000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (5, '5LBs5gdBx6h85CyCGAcujA', 'town-hall', 'passports', 'passports', '2026-11-23', 5, 'A-005', 'waiting', 1795424520000000, 1, '', NULL, '', NULL, NULL, 1795424520000000, 1795424520000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (1, 'zWE-MNjxat-Rt1hKImWx9Q', 'town-hall', 'passports', 'passports', '2026-11-23', 1, 'A-001', 'no_show', 1795424400000000, 1, '', NULL, '', NULL, 'rule', 1795424400000000, 1795424610000000, 1795424580000000, 1, 0, NULL, 1795424610000000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (2, 'Hi_riUFMNDwQJ8TRw4a7xA', 'town-hall', 'passports', 'passports', '2026-11-23', 2, 'A-002', 'serving', 1795424430000000, 1, '', NULL, '', 'desk-1', 'rule', 1795424430000000, 1795424670000000, 1795424640000000, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (3, 'eOUQYXMR2KPCzm9EftTVew', 'town-hall', 'passports', 'passports', '2026-11-23', 3, 'A-003', 'called', 1795424460000000, 1, '', NULL, '', 'desk-2', 'rule', 1795424460000000, 1795424700000000, 1795424700000000, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (6, 'm4EOdm7J0oZjyoKN1fSzsg', 'town-hall', 'passports', 'passports', '2026-11-23', 6, 'A-006', 'parked', 1795424550000000, 1, '', NULL, '', NULL, NULL, 1795424550000000, 1795424730000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
SELECT pg_catalog.setval('public.stays_id_seq', 11, true);
SELECT pg_catalog.setval('public.tickets_id_seq', 6, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (id);
ALTER TABLE ONLY public.branches
    ADD CONSTRAINT pk_branches PRIMARY KEY (id);
ALTER TABLE ONLY public.closures
    ADD CONSTRAINT pk_closures PRIMARY KEY (id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT pk_contacts PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.departments
    ADD CONSTRAINT pk_departments PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_queues
    ADD CONSTRAINT pk_desk_queues PRIMARY KEY (desk_id, queue_id);
ALTER TABLE ONLY public.desks
    ADD CONSTRAINT pk_desks PRIMARY KEY (id);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT pk_devices PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (scope_id, version);
ALTER TABLE ONLY public.message_settings
    ADD CONSTRAINT pk_message_settings PRIMARY KEY (branch_id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT pk_messages PRIMARY KEY (id);
ALTER TABLE ONLY public.numbers
    ADD CONSTRAINT pk_numbers PRIMARY KEY (queue_id, service_day);
ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT pk_organisations PRIMARY KEY (id);
ALTER TABLE ONLY public.pairings
    ADD CONSTRAINT pk_pairings PRIMARY KEY (code_hash);
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT pk_queues PRIMARY KEY (id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT pk_replies PRIMARY KEY (caller, route, key);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT pk_sign_ins PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT pk_staff PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_branches
    ADD CONSTRAINT pk_staff_branches PRIMARY KEY (staff_id, branch_id);
ALTER TABLE ONLY public.stays
    ADD CONSTRAINT pk_stays PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT pk_tickets PRIMARY KEY (id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT uq_devices_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT uq_messages_ticket_id_kind_occasion UNIQUE (ticket_id, kind, occasion);
ALTER TABLE ONLY public.pairings
    ADD CONSTRAINT uq_pairings_claim_hash UNIQUE (claim_hash);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT uq_staff_login UNIQUE (login);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT uq_tickets_key UNIQUE (key);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT uq_tickets_number_queue_id_service_day_number UNIQUE (number_queue_id, service_day, number);
CREATE INDEX ix_closures_branch_id ON public.closures USING btree (branch_id);
CREATE INDEX ix_contacts_branch_id ON public.contacts USING btree (branch_id);
CREATE INDEX ix_contacts_email ON public.contacts USING btree (email) WHERE (email IS NOT NULL);
CREATE INDEX ix_contacts_phone ON public.contacts USING btree (phone) WHERE (phone IS NOT NULL);
CREATE INDEX ix_departments_branch_id ON public.departments USING btree (branch_id);
CREATE INDEX ix_desk_queues_queue_id ON public.desk_queues USING btree (queue_id);
CREATE INDEX ix_desks_branch_id ON public.desks USING btree (branch_id);
CREATE INDEX ix_devices_branch_id ON public.devices USING btree (branch_id);
CREATE INDEX ix_events_at ON public.events USING btree (scope_id, at);
CREATE INDEX ix_events_ticket_id ON public.events USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);
CREATE INDEX ix_messages_branch_id_created_at ON public.messages USING btree (branch_id, created_at);
CREATE INDEX ix_messages_due_at ON public.messages USING btree (due_at) WHERE (state = ANY (ARRAY['waiting'::text, 'sending'::text]));
CREATE INDEX ix_messages_sms ON public.messages USING btree (branch_id, tried_at) WHERE (channel = 'sms'::text);
CREATE INDEX ix_queues_branch_id ON public.queues USING btree (branch_id);
CREATE INDEX ix_refresh_tokens_family ON public.refresh_tokens USING btree (family);
CREATE INDEX ix_refresh_tokens_staff_id ON public.refresh_tokens USING btree (staff_id);
CREATE INDEX ix_replies_created_at ON public.replies USING btree (created_at);
CREATE INDEX ix_sign_ins_staff_id ON public.sign_ins USING btree (staff_id);
CREATE INDEX ix_stays_served ON public.stays USING btree (queue_id, to_at) WHERE ((state = 'serving'::text) AND (to_at IS NOT NULL));
CREATE INDEX ix_stays_ticket_id ON public.stays USING btree (ticket_id);
CREATE INDEX ix_tickets_deadline_at ON public.tickets USING btree (deadline_at) WHERE (deadline_at IS NOT NULL);
CREATE INDEX ix_tickets_ended_at ON public.tickets USING btree (branch_id, ended_at);
CREATE INDEX ix_tickets_inside ON public.tickets USING btree (queue_id) WHERE (state = ANY (ARRAY['called'::text, 'serving'::text]));
CREATE INDEX ix_tickets_joined_from ON public.tickets USING btree (joined_from) WHERE ((joined_from IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX ix_tickets_open ON public.tickets USING btree (branch_id, id) WHERE (ended_at IS NULL);
CREATE INDEX ix_tickets_to_tell ON public.tickets USING btree (queue_id, reach, rank) WHERE ((state = 'waiting'::text) AND (reach = 1));
CREATE UNIQUE INDEX uq_messages_to_staff ON public.messages USING btree (branch_id, kind, occasion) WHERE (ticket_id IS NULL);
CREATE UNIQUE INDEX uq_queues_live_prefix ON public.queues USING btree (branch_id, prefix) WHERE (archived_at IS NULL);
CREATE UNIQUE INDEX uq_stays_open ON public.stays USING btree (ticket_id) WHERE (to_at IS NULL);
CREATE UNIQUE INDEX uq_tickets_open_call ON public.tickets USING btree (desk_id) WHERE ((state = ANY (ARRAY['called'::text, 'serving'::text])) AND (desk_id IS NOT NULL));
CREATE UNIQUE INDEX uq_tickets_waiting_rank ON public.tickets USING btree (queue_id, rank) WHERE (state = 'waiting'::text);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT fk_api_keys_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.closures
    ADD CONSTRAINT fk_closures_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT fk_contacts_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT fk_contacts_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.departments
    ADD CONSTRAINT fk_departments_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.desk_queues
    ADD CONSTRAINT fk_desk_queues_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.desk_queues
    ADD CONSTRAINT fk_desk_queues_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.desks
    ADD CONSTRAINT fk_desks_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.desks
    ADD CONSTRAINT fk_desks_department_id FOREIGN KEY (department_id) REFERENCES public.departments(id);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT fk_devices_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.message_settings
    ADD CONSTRAINT fk_message_settings_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.numbers
    ADD CONSTRAINT fk_numbers_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.pairings
    ADD CONSTRAINT fk_pairings_device_id FOREIGN KEY (device_id) REFERENCES public.devices(id);
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT fk_queues_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT fk_queues_department_id FOREIGN KEY (department_id) REFERENCES public.departments(id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT fk_refresh_tokens_staff_id FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT fk_sign_ins_staff_id FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.staff_branches
    ADD CONSTRAINT fk_staff_branches_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.staff_branches
    ADD CONSTRAINT fk_staff_branches_staff_id FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.stays
    ADD CONSTRAINT fk_stays_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_number_queue_id FOREIGN KEY (number_queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
