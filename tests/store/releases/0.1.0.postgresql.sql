CREATE TABLE public.absences (
    id text NOT NULL,
    branch_id text NOT NULL,
    desk_id text NOT NULL,
    from_at bigint NOT NULL,
    to_at bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    replacement_id text,
    CONSTRAINT ck_absences_ends_after_start CHECK ((to_at > from_at))
);
CREATE TABLE public.account_proofs (
    token_hash text NOT NULL,
    account_id text NOT NULL,
    purpose text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    CONSTRAINT ck_account_proofs_known_purpose CHECK ((purpose = ANY (ARRAY['verify'::text, 'reset'::text])))
);
CREATE TABLE public.account_sign_ins (
    token_hash text NOT NULL,
    account_id text NOT NULL,
    credential_version integer NOT NULL,
    browser text DEFAULT ''::text NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.accounts (
    id text NOT NULL,
    email text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    phone text,
    language text DEFAULT ''::text NOT NULL,
    password_hash text NOT NULL,
    credential_version integer DEFAULT 1 NOT NULL,
    verified_at bigint,
    created_at bigint NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL
);
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
CREATE TABLE public.bookings (
    id bigint NOT NULL,
    key text NOT NULL,
    code text NOT NULL,
    branch_id text NOT NULL,
    performance_id text NOT NULL,
    hold_id bigint,
    ticket_id bigint,
    name text,
    email text,
    phone text,
    language text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    payment text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    cancelled_at bigint,
    cancelled_by text DEFAULT ''::text NOT NULL,
    over_at bigint NOT NULL,
    pay_at bigint,
    CONSTRAINT ck_bookings_cancelled_has_end CHECK (((state = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT ck_bookings_known_state CHECK ((state = ANY (ARRAY['confirmed'::text, 'cancelled'::text])))
);
CREATE SEQUENCE public.bookings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.bookings_id_seq OWNED BY public.bookings.id;
CREATE TABLE public.branches (
    id text NOT NULL,
    name text NOT NULL,
    label text DEFAULT ''::text NOT NULL,
    time_zone text NOT NULL,
    hours text NOT NULL,
    screens text DEFAULT '{}'::text NOT NULL,
    location text,
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
CREATE TABLE public.consultations (
    id text NOT NULL,
    ticket_id bigint NOT NULL,
    record_id text,
    branch_id text NOT NULL,
    queue_id text NOT NULL,
    desk_id text,
    agent_id text,
    from_at bigint NOT NULL,
    to_at bigint,
    outcome text DEFAULT ''::text NOT NULL,
    note text,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    CONSTRAINT ck_consultations_ends_after_start CHECK (((to_at IS NULL) OR (to_at >= from_at)))
);
CREATE TABLE public.contacts (
    ticket_id bigint NOT NULL,
    branch_id text NOT NULL,
    phone text,
    email text,
    push text,
    language text DEFAULT ''::text NOT NULL,
    stopped_at bigint,
    created_at bigint NOT NULL,
    allowed_at bigint
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
CREATE TABLE public.feedback (
    ticket_id bigint NOT NULL,
    branch_id text NOT NULL,
    queue_id text NOT NULL,
    face integer NOT NULL,
    comment text,
    given_at bigint NOT NULL,
    CONSTRAINT ck_feedback_face_of_five CHECK (((face >= 1) AND (face <= 5)))
);
CREATE TABLE public.holds (
    id bigint NOT NULL,
    key text NOT NULL,
    branch_id text NOT NULL,
    performance_id text NOT NULL,
    ticket_id bigint,
    seat_standby_id bigint,
    state text NOT NULL,
    seats integer NOT NULL,
    expires_at bigint NOT NULL,
    extended_at bigint,
    created_at bigint NOT NULL,
    ended_at bigint,
    CONSTRAINT ck_holds_ended_has_end CHECK (((state = 'held'::text) = (ended_at IS NULL))),
    CONSTRAINT ck_holds_held_for_somebody CHECK (((ticket_id IS NULL) <> (seat_standby_id IS NULL))),
    CONSTRAINT ck_holds_known_state CHECK ((state = ANY (ARRAY['held'::text, 'booked'::text, 'released'::text, 'lapsed'::text]))),
    CONSTRAINT ck_holds_one_or_more CHECK ((seats >= 1))
);
CREATE SEQUENCE public.holds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.holds_id_seq OWNED BY public.holds.id;
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
    reservation_id bigint,
    standby_id bigint,
    sms_tries integer DEFAULT 0 NOT NULL,
    booking_id bigint,
    seat_standby_id bigint,
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
CREATE TABLE public.passes (
    id text NOT NULL,
    branch_id text NOT NULL,
    performance_id text NOT NULL,
    ticket_id bigint NOT NULL,
    device_hash text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    extended_at bigint,
    spent_at bigint,
    ended_at bigint,
    ended_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_passes_ended_has_end CHECK (((ended_by <> ''::text) = (ended_at IS NOT NULL))),
    CONSTRAINT ck_passes_known_end CHECK ((ended_by = ANY (ARRAY[''::text, 'booked'::text, 'left'::text, 'lapsed'::text, 'closed'::text]))),
    CONSTRAINT ck_passes_lasts_a_while CHECK ((expires_at > issued_at))
);
CREATE TABLE public.performances (
    id text NOT NULL,
    branch_id text NOT NULL,
    show_id text NOT NULL,
    queue_id text NOT NULL,
    starts_at bigint NOT NULL,
    doors_at bigint,
    prices text DEFAULT '{}'::text NOT NULL,
    seed text NOT NULL,
    seed_hash text NOT NULL,
    drawn_at bigint,
    opened_at bigint,
    paused_at bigint,
    ended_at bigint,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    created_at bigint NOT NULL,
    archived_at bigint,
    CONSTRAINT ck_performances_doors_before_start CHECK (((doors_at IS NULL) OR (doors_at <= starts_at))),
    CONSTRAINT ck_performances_paused_once_open CHECK (((paused_at IS NULL) OR (opened_at IS NOT NULL)))
);
CREATE TABLE public.presences (
    ticket_id bigint NOT NULL,
    queue_id text NOT NULL,
    seen_at bigint NOT NULL
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
    admit_at bigint,
    CONSTRAINT ck_queues_late_not_negative CHECK ((late_s >= 0)),
    CONSTRAINT ck_queues_waiting_not_negative CHECK ((waiting >= 0))
);
CREATE TABLE public.record_reads (
    id bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    branch_id text,
    record_id text,
    ticket_id bigint,
    what text NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    found integer DEFAULT 1 NOT NULL
);
CREATE SEQUENCE public.record_reads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.record_reads_id_seq OWNED BY public.record_reads.id;
CREATE TABLE public.record_words (
    word_hash text NOT NULL,
    record_id text NOT NULL
);
CREATE TABLE public.records (
    id text NOT NULL,
    branch_id text NOT NULL,
    sealed text NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    created_at bigint NOT NULL,
    erased_at bigint
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
CREATE TABLE public.reservations (
    id bigint NOT NULL,
    key text NOT NULL,
    code text NOT NULL,
    branch_id text NOT NULL,
    service_id text NOT NULL,
    desk_id text,
    start_at bigint NOT NULL,
    end_at bigint NOT NULL,
    busy_from_at bigint NOT NULL,
    busy_to_at bigint NOT NULL,
    size integer DEFAULT 1 NOT NULL,
    state text NOT NULL,
    deadline_at bigint,
    name text,
    birth_date text,
    phone text,
    email text,
    note text,
    answers text DEFAULT '{}'::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    account_id text,
    booked_from text,
    standby_id bigint,
    verified_at bigint,
    sequence integer DEFAULT 0 NOT NULL,
    coming_at bigint,
    stopped_at bigint,
    ticket_id bigint,
    ended_by text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    created_at bigint NOT NULL,
    since_at bigint NOT NULL,
    ended_at bigint,
    CONSTRAINT ck_reservations_arrived_has_ticket CHECK (((state = 'arrived'::text) = (ticket_id IS NOT NULL))),
    CONSTRAINT ck_reservations_busy_while_it_lasts CHECK (((busy_from_at <= start_at) AND (busy_to_at >= end_at))),
    CONSTRAINT ck_reservations_ends_after_start CHECK ((start_at < end_at)),
    CONSTRAINT ck_reservations_final_has_end CHECK (((state = ANY (ARRAY['no_show'::text, 'cancelled'::text, 'lapsed'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT ck_reservations_final_has_no_deadline CHECK (((deadline_at IS NULL) OR (state <> ALL (ARRAY['no_show'::text, 'cancelled'::text, 'lapsed'::text])))),
    CONSTRAINT ck_reservations_known_state CHECK ((state = ANY (ARRAY['held'::text, 'offered'::text, 'pending'::text, 'confirmed'::text, 'arrived'::text, 'no_show'::text, 'cancelled'::text, 'lapsed'::text]))),
    CONSTRAINT ck_reservations_one_or_more CHECK ((size >= 1))
);
CREATE SEQUENCE public.reservations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reservations_id_seq OWNED BY public.reservations.id;
CREATE TABLE public.rosters (
    desk_id text NOT NULL,
    branch_id text NOT NULL,
    owner_id text,
    public_name text DEFAULT ''::text NOT NULL,
    hours text,
    feed_hash text,
    edited bigint DEFAULT '1'::bigint NOT NULL
);
CREATE TABLE public.seat_maps (
    id text NOT NULL,
    branch_id text NOT NULL,
    name text NOT NULL,
    plan text NOT NULL,
    seat_count integer NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    created_at bigint NOT NULL,
    archived_at bigint,
    CONSTRAINT ck_seat_maps_one_or_more CHECK ((seat_count >= 1))
);
CREATE TABLE public.seat_standbys (
    id bigint NOT NULL,
    key text NOT NULL,
    branch_id text NOT NULL,
    performance_id text NOT NULL,
    size integer NOT NULL,
    category text,
    state text NOT NULL,
    name text,
    email text,
    phone text,
    language text DEFAULT ''::text NOT NULL,
    offers integer DEFAULT 0 NOT NULL,
    turn bigint DEFAULT '0'::bigint NOT NULL,
    created_at bigint NOT NULL,
    ended_at bigint,
    CONSTRAINT ck_seat_standbys_final_has_end CHECK (((state = ANY (ARRAY['booked'::text, 'left'::text, 'over'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT ck_seat_standbys_known_state CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'booked'::text, 'left'::text, 'over'::text]))),
    CONSTRAINT ck_seat_standbys_one_or_more CHECK ((size >= 1))
);
CREATE SEQUENCE public.seat_standbys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.seat_standbys_id_seq OWNED BY public.seat_standbys.id;
CREATE TABLE public.seatings (
    performance_id text NOT NULL,
    branch_id text NOT NULL,
    seat_map_id text NOT NULL,
    plan text NOT NULL,
    seat_count integer NOT NULL,
    edition bigint NOT NULL,
    made_at bigint NOT NULL
);
CREATE TABLE public.seats (
    id bigint NOT NULL,
    performance_id text NOT NULL,
    branch_id text NOT NULL,
    place integer NOT NULL,
    guid text NOT NULL,
    section text NOT NULL,
    "row" text NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    x double precision NOT NULL,
    y double precision NOT NULL,
    area text,
    accessible integer DEFAULT 0 NOT NULL,
    companion_of text,
    blocked text,
    hold_id bigint,
    held_until bigint,
    booking_id bigint,
    CONSTRAINT ck_seats_held_or_sold CHECK (((booking_id IS NULL) OR (hold_id IS NULL))),
    CONSTRAINT ck_seats_held_until_some_time CHECK (((hold_id IS NULL) = (held_until IS NULL)))
);
CREATE SEQUENCE public.seats_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.seats_id_seq OWNED BY public.seats.id;
CREATE TABLE public.service_desks (
    service_id text NOT NULL,
    desk_id text NOT NULL,
    place integer NOT NULL
);
CREATE TABLE public.services (
    id text NOT NULL,
    branch_id text NOT NULL,
    queue_id text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    price text DEFAULT ''::text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    duration_s integer NOT NULL,
    hours text,
    questions text DEFAULT '[]'::text NOT NULL,
    rules text DEFAULT '{}'::text NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    archived_at bigint,
    CONSTRAINT ck_services_a_minute_at_least CHECK ((duration_s >= 60))
);
CREATE TABLE public.shows (
    id text NOT NULL,
    branch_id text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    opens_at bigint,
    closes_at bigint,
    rules text DEFAULT '{}'::text NOT NULL,
    edited bigint DEFAULT '1'::bigint NOT NULL,
    created_at bigint NOT NULL,
    archived_at bigint,
    CONSTRAINT ck_shows_closes_after_opening CHECK (((opens_at IS NULL) OR (closes_at IS NULL) OR (closes_at > opens_at))),
    CONSTRAINT ck_shows_known_state CHECK ((state = ANY (ARRAY['draft'::text, 'upcoming'::text, 'open'::text, 'on_going'::text, 'closed'::text, 'cancelled'::text, 'postponed'::text])))
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
CREATE TABLE public.special_days (
    id text NOT NULL,
    branch_id text NOT NULL,
    service_id text,
    on_date text NOT NULL,
    intervals text DEFAULT '[]'::text NOT NULL,
    walk_ins_only integer DEFAULT 0 NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_special_days_walk_ins_only_flag CHECK ((walk_ins_only = ANY (ARRAY[0, 1])))
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
    clinical integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_staff_known_role CHECK ((role = ANY (ARRAY['admin'::text, 'agent'::text])))
);
CREATE TABLE public.staff_branches (
    staff_id text NOT NULL,
    branch_id text NOT NULL
);
CREATE TABLE public.standbys (
    id bigint NOT NULL,
    key text NOT NULL,
    branch_id text NOT NULL,
    service_id text NOT NULL,
    desk_id text,
    from_at bigint NOT NULL,
    to_at bigint NOT NULL,
    size integer DEFAULT 1 NOT NULL,
    state text NOT NULL,
    name text,
    phone text,
    email text,
    language text DEFAULT ''::text NOT NULL,
    account_id text,
    offers integer DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    ended_at bigint,
    CONSTRAINT ck_standbys_ends_after_start CHECK ((to_at > from_at)),
    CONSTRAINT ck_standbys_final_has_end CHECK (((state = ANY (ARRAY['booked'::text, 'left'::text, 'over'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT ck_standbys_known_state CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'booked'::text, 'left'::text, 'over'::text]))),
    CONSTRAINT ck_standbys_one_or_more CHECK ((size >= 1))
);
CREATE SEQUENCE public.standbys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.standbys_id_seq OWNED BY public.standbys.id;
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
CREATE TABLE public.stubs (
    id bigint NOT NULL,
    booking_id bigint NOT NULL,
    performance_id text NOT NULL,
    branch_id text NOT NULL,
    seat_id bigint NOT NULL,
    serial text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    holder text,
    state text NOT NULL,
    came_at bigint,
    came_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_stubs_known_state CHECK ((state = ANY (ARRAY['valid'::text, 'void'::text])))
);
CREATE SEQUENCE public.stubs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.stubs_id_seq OWNED BY public.stubs.id;
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
CREATE TABLE public.visits (
    ticket_id bigint NOT NULL,
    branch_id text NOT NULL,
    record_id text,
    reason text,
    back_to_desk_id text,
    back_to_queue_id text,
    back_to_rank bigint
);
ALTER TABLE ONLY public.bookings ALTER COLUMN id SET DEFAULT nextval('public.bookings_id_seq'::regclass);
ALTER TABLE ONLY public.holds ALTER COLUMN id SET DEFAULT nextval('public.holds_id_seq'::regclass);
ALTER TABLE ONLY public.record_reads ALTER COLUMN id SET DEFAULT nextval('public.record_reads_id_seq'::regclass);
ALTER TABLE ONLY public.reservations ALTER COLUMN id SET DEFAULT nextval('public.reservations_id_seq'::regclass);
ALTER TABLE ONLY public.seat_standbys ALTER COLUMN id SET DEFAULT nextval('public.seat_standbys_id_seq'::regclass);
ALTER TABLE ONLY public.seats ALTER COLUMN id SET DEFAULT nextval('public.seats_id_seq'::regclass);
ALTER TABLE ONLY public.standbys ALTER COLUMN id SET DEFAULT nextval('public.standbys_id_seq'::regclass);
ALTER TABLE ONLY public.stays ALTER COLUMN id SET DEFAULT nextval('public.stays_id_seq'::regclass);
ALTER TABLE ONLY public.stubs ALTER COLUMN id SET DEFAULT nextval('public.stubs_id_seq'::regclass);
ALTER TABLE ONLY public.tickets ALTER COLUMN id SET DEFAULT nextval('public.tickets_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0009');
INSERT INTO public.branches VALUES ('town-hall', 'Town Hall', '', 'Europe/Madrid', '{"weekly": {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]], "wed": [["00:00", "24:00"]], "thu": [["00:00", "24:00"]], "fri": [["00:00", "24:00"]], "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}, "day_starts_at": "00:00"}', '{}', NULL, 23, 1795424910000000, 1, 1795424400000000, NULL);
INSERT INTO public.contacts VALUES (7, 'town-hall', NULL, 'ana@example.org', NULL, '', NULL, 1795424910000000, NULL);
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
INSERT INTO public.events VALUES ('town-hall', 13, 1795424760000000, 'service.created', 'rule', NULL, NULL, NULL, '{"service_id":"r0eq7yw00hyc6d07ef777e90th","after":{"name":"Advice","description":"","price":"","queue_id":"licences","duration_s":1800,"hours":null,"questions":[],"rules":{"capacity":1,"max_size":1,"step_s":null,"buffer_before_s":0,"buffer_after_s":0,"notice_s":0,"window_days":60,"per_guest":null,"approval":false,"verify_email":false,"hold_s":600,"answer_s":86400,"cutoff_s":0,"lead_s":0,"early_s":7200,"near_m":null,"grace_s":900,"miss_after_s":3600,"standby":true,"offer_s":1800,"reminders_s":[86400,7200],"ask_birth_date":false,"ask_phone":true,"choose_desk":true,"public_name":""},"desk_ids":["desk-2"]}}');
INSERT INTO public.events VALUES ('town-hall', 14, 1795424790000000, 'reservation.held', 'rule', NULL, NULL, NULL, '{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"held","start_at":1795431600000000,"after":{"state":"held","desk_id":"desk-2","start_at":1795431600000000,"end_at":1795433400000000,"busy_from_at":1795431600000000,"busy_to_at":1795433400000000,"size":1,"deadline_at":1795425390000000}}');
INSERT INTO public.events VALUES ('town-hall', 15, 1795424790000000, 'reservation.booked', 'rule', NULL, NULL, NULL, '{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"pending","start_at":1795431600000000,"after":{"state":"pending","deadline_at":1795431600000000},"before":{"state":"held","deadline_at":1795425390000000}}');
INSERT INTO public.events VALUES ('town-hall', 16, 1795424790000000, 'reservation.confirmed', 'rule', NULL, NULL, NULL, '{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"confirmed","start_at":1795431600000000,"after":{"state":"confirmed","deadline_at":1795435200000000},"before":{"state":"pending","deadline_at":1795431600000000}}');
INSERT INTO public.events VALUES ('town-hall', 17, 1795424820000000, 'reservation.held', 'rule', NULL, NULL, NULL, '{"reservation_id":2,"code":"ZLF6JZ","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"held","start_at":1795433400000000,"after":{"state":"held","desk_id":"desk-2","start_at":1795433400000000,"end_at":1795435200000000,"busy_from_at":1795433400000000,"busy_to_at":1795435200000000,"size":1,"deadline_at":1795425420000000}}');
INSERT INTO public.events VALUES ('town-hall', 18, 1795424820000000, 'reservation.booked', 'rule', NULL, NULL, NULL, '{"reservation_id":2,"code":"ZLF6JZ","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"pending","start_at":1795433400000000,"after":{"state":"pending","deadline_at":1795433400000000},"before":{"state":"held","deadline_at":1795425420000000}}');
INSERT INTO public.events VALUES ('town-hall', 19, 1795424820000000, 'reservation.confirmed', 'rule', NULL, NULL, NULL, '{"reservation_id":2,"code":"ZLF6JZ","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"confirmed","start_at":1795433400000000,"after":{"state":"confirmed","deadline_at":1795437000000000},"before":{"state":"pending","deadline_at":1795433400000000}}');
INSERT INTO public.events VALUES ('town-hall', 20, 1795424850000000, 'reservation.held', 'rule', NULL, NULL, NULL, '{"reservation_id":3,"code":"69PGCH","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"held","start_at":1795435200000000,"after":{"state":"held","desk_id":"desk-2","start_at":1795435200000000,"end_at":1795437000000000,"busy_from_at":1795435200000000,"busy_to_at":1795437000000000,"size":1,"deadline_at":1795425450000000}}');
INSERT INTO public.events VALUES ('town-hall', 21, 1795424880000000, 'standby.joined', 'rule', NULL, NULL, NULL, '{"standby_id":1,"service_id":"r0eq7yw00hyc6d07ef777e90th"}');
INSERT INTO public.events VALUES ('town-hall', 22, 1795424910000000, 'ticket.joined', 'rule', 7, 'licences', NULL, '{"key":"QifeITAjWAzL0_Xga8FThQ","code":"B-001","number":1,"service_day":"2026-11-23","number_queue_id":"licences","joined_at":1795424910000000,"priority":"","language":"","named":true,"after":{"queue_id":"licences","state":"waiting","rank":1795431600000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424910000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO public.events VALUES ('town-hall', 23, 1795424910000000, 'reservation.arrived', 'rule', NULL, NULL, NULL, '{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"arrived","start_at":1795431600000000,"after":{"state":"arrived","deadline_at":null},"before":{"state":"confirmed","deadline_at":1795435200000000},"of":7}');
INSERT INTO public.messages VALUES ('xdtn9jwvgj17sd5hpnbegrgcf0', 'town-hall', NULL, NULL, 'booked', 0, '', 'waiting', 0, 1795424790000000, 0, '', 1795424790000000, NULL, NULL, 1, NULL, 0, NULL, NULL);
INSERT INTO public.messages VALUES ('rhv7gyje8hy0stwqsghd1vj6gf', 'town-hall', NULL, NULL, 'booked', 0, '', 'waiting', 0, 1795424820000000, 0, '', 1795424820000000, NULL, NULL, 2, NULL, 0, NULL, NULL);
INSERT INTO public.messages VALUES ('bbhkke075jvsst8tn200r73kb2', 'town-hall', NULL, NULL, 'reminder', 1795426200000000, '', 'waiting', 0, 1795426200000000, 0, '', 1795424820000000, NULL, NULL, 2, NULL, 0, NULL, NULL);
INSERT INTO public.messages VALUES ('3wg6kt004q5pnh7zsg7mcjam19', 'town-hall', 'licences', 7, 'joined', 22, '', 'waiting', 0, 1795424910000000, 0, '', 1795424910000000, NULL, NULL, NULL, NULL, 0, NULL, NULL);
INSERT INTO public.numbers VALUES ('passports', '2026-11-23', 6);
INSERT INTO public.numbers VALUES ('licences', '2026-11-23', 1);
INSERT INTO public.organisations VALUES ('organisation', '', '', 'en hi es ar', 0, 0, 1795401711518721);
INSERT INTO public.queues VALUES ('passports', 'town-hall', 'citizens', 'Passports', 'A', '', 0, '{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "overstay": "free", "rejoin_grace_s": null, "fit": "strict", "fit_passes": 2, "admit_per_minute": null, "absence_limit_s": null, "absence_grace_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "one_per_device": true, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "clinical": false, "outcomes": [], "ignore_hours": false, "gate_closed": false, "needs_pass": false}', NULL, 2, 0, '', NULL, 1, NULL, NULL);
INSERT INTO public.queues VALUES ('licences', 'town-hall', 'citizens', 'Licences', 'B', '', 0, '{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "overstay": "free", "rejoin_grace_s": null, "fit": "strict", "fit_passes": 2, "admit_per_minute": null, "absence_limit_s": null, "absence_grace_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "one_per_device": true, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "clinical": false, "outcomes": [], "ignore_hours": false, "gate_closed": false, "needs_pass": false}', NULL, 1, 0, '', NULL, 1, NULL, NULL);
INSERT INTO public.reservations VALUES (2, '2SpKorQQ2TxO-8jWCyH7rA', 'ZLF6JZ', 'town-hall', 'r0eq7yw00hyc6d07ef777e90th', 'desk-2', 1795433400000000, 1795435200000000, 1795433400000000, 1795435200000000, 1, 'confirmed', 1795437000000000, 'Ana Ruiz', NULL, NULL, 'ana@example.org', NULL, '{}', '', NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, '', '', 1795424820000000, 1795424820000000, NULL);
INSERT INTO public.reservations VALUES (3, '87N_MocCZsRBVdfvKN036w', '69PGCH', 'town-hall', 'r0eq7yw00hyc6d07ef777e90th', 'desk-2', 1795435200000000, 1795437000000000, 1795435200000000, 1795437000000000, 1, 'held', 1795425450000000, NULL, NULL, NULL, NULL, NULL, '{}', '', NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, '', '', 1795424850000000, 1795424850000000, NULL);
INSERT INTO public.reservations VALUES (1, 'oR1Fmi-XjYcZmZ4_pG1nUw', 'ZV5CQP', 'town-hall', 'r0eq7yw00hyc6d07ef777e90th', 'desk-2', 1795431600000000, 1795433400000000, 1795431600000000, 1795433400000000, 1, 'arrived', NULL, 'Ana Ruiz', NULL, NULL, 'ana@example.org', NULL, '{}', '', NULL, NULL, NULL, NULL, 0, NULL, NULL, 7, '', '', 1795424790000000, 1795424910000000, NULL);
INSERT INTO public.service_desks VALUES ('r0eq7yw00hyc6d07ef777e90th', 'desk-2', 0);
INSERT INTO public.services VALUES ('r0eq7yw00hyc6d07ef777e90th', 'town-hall', 'licences', 'Advice', '', '', 0, 1800, NULL, '[]', '{"capacity":1,"max_size":1,"step_s":null,"buffer_before_s":0,"buffer_after_s":0,"notice_s":0,"window_days":60,"per_guest":null,"approval":false,"verify_email":false,"hold_s":600,"answer_s":86400,"cutoff_s":0,"lead_s":0,"early_s":7200,"near_m":null,"grace_s":900,"miss_after_s":3600,"standby":true,"offer_s":1800,"reminders_s":[86400,7200],"ask_birth_date":false,"ask_phone":true,"choose_desk":true,"public_name":""}', 1, NULL);
INSERT INTO public.staff VALUES ('maria-lopez', 'Maria Lopez', 'maria-lopez', 'nobody can sign in', 'agent', 1, 1, 1, 1795424400000000, NULL, 0);
INSERT INTO public.staff VALUES ('amir-khan', 'Amir Khan', 'amir-khan', 'nobody can sign in', 'agent', 1, 1, 1, 1795424400000000, NULL, 0);
INSERT INTO public.staff_branches VALUES ('maria-lopez', 'town-hall');
INSERT INTO public.staff_branches VALUES ('amir-khan', 'town-hall');
INSERT INTO public.standbys VALUES (1, 'V-VKzGL1aAxP344aBgzqYw', 'town-hall', 'r0eq7yw00hyc6d07ef777e90th', NULL, 1795435200000000, 1795435200000001, 1, 'waiting', 'Wim', NULL, NULL, '', NULL, 0, 1795424880000000, NULL);
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
INSERT INTO public.stays VALUES (12, 7, 'town-hall', 'licences', 'waiting', NULL, NULL, 1795424910000000, NULL);
INSERT INTO public.tickets VALUES (4, 'Nb-ZLcnpxhZhLnaWps7MGw', 'town-hall', 'passports', 'passports', '2026-11-23', 4, 'A-004', 'waiting', 1795424490000000, 1, '', NULL, '', NULL, NULL, 1795424490000000, 1795424490000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (5, '5LBs5gdBx6h85CyCGAcujA', 'town-hall', 'passports', 'passports', '2026-11-23', 5, 'A-005', 'waiting', 1795424520000000, 1, '', NULL, '', NULL, NULL, 1795424520000000, 1795424520000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (1, 'zWE-MNjxat-Rt1hKImWx9Q', 'town-hall', 'passports', 'passports', '2026-11-23', 1, 'A-001', 'no_show', 1795424400000000, 1, '', NULL, '', NULL, 'rule', 1795424400000000, 1795424610000000, 1795424580000000, 1, 0, NULL, 1795424610000000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (2, 'Hi_riUFMNDwQJ8TRw4a7xA', 'town-hall', 'passports', 'passports', '2026-11-23', 2, 'A-002', 'serving', 1795424430000000, 1, '', NULL, '', 'desk-1', 'rule', 1795424430000000, 1795424670000000, 1795424640000000, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (3, 'eOUQYXMR2KPCzm9EftTVew', 'town-hall', 'passports', 'passports', '2026-11-23', 3, 'A-003', 'called', 1795424460000000, 1, '', NULL, '', 'desk-2', 'rule', 1795424460000000, 1795424700000000, 1795424700000000, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (6, 'm4EOdm7J0oZjyoKN1fSzsg', 'town-hall', 'passports', 'passports', '2026-11-23', 6, 'A-006', 'parked', 1795424550000000, 1, '', NULL, '', NULL, NULL, 1795424550000000, 1795424730000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO public.tickets VALUES (7, 'QifeITAjWAzL0_Xga8FThQ', 'town-hall', 'licences', 'licences', '2026-11-23', 1, 'B-001', 'waiting', 1795431600000000, 1, '', 'Ana Ruiz', '', NULL, NULL, 1795424910000000, 1795424910000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1);
SELECT pg_catalog.setval('public.bookings_id_seq', 1, false);
SELECT pg_catalog.setval('public.holds_id_seq', 1, false);
SELECT pg_catalog.setval('public.record_reads_id_seq', 1, false);
SELECT pg_catalog.setval('public.reservations_id_seq', 3, true);
SELECT pg_catalog.setval('public.seat_standbys_id_seq', 1, false);
SELECT pg_catalog.setval('public.seats_id_seq', 1, false);
SELECT pg_catalog.setval('public.standbys_id_seq', 1, true);
SELECT pg_catalog.setval('public.stays_id_seq', 12, true);
SELECT pg_catalog.setval('public.stubs_id_seq', 1, false);
SELECT pg_catalog.setval('public.tickets_id_seq', 7, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.absences
    ADD CONSTRAINT pk_absences PRIMARY KEY (id);
ALTER TABLE ONLY public.account_proofs
    ADD CONSTRAINT pk_account_proofs PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.account_sign_ins
    ADD CONSTRAINT pk_account_sign_ins PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (id);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT pk_bookings PRIMARY KEY (id);
ALTER TABLE ONLY public.branches
    ADD CONSTRAINT pk_branches PRIMARY KEY (id);
ALTER TABLE ONLY public.closures
    ADD CONSTRAINT pk_closures PRIMARY KEY (id);
ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT pk_consultations PRIMARY KEY (id);
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
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT pk_feedback PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.holds
    ADD CONSTRAINT pk_holds PRIMARY KEY (id);
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
ALTER TABLE ONLY public.passes
    ADD CONSTRAINT pk_passes PRIMARY KEY (id);
ALTER TABLE ONLY public.performances
    ADD CONSTRAINT pk_performances PRIMARY KEY (id);
ALTER TABLE ONLY public.presences
    ADD CONSTRAINT pk_presences PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT pk_queues PRIMARY KEY (id);
ALTER TABLE ONLY public.record_reads
    ADD CONSTRAINT pk_record_reads PRIMARY KEY (id);
ALTER TABLE ONLY public.record_words
    ADD CONSTRAINT pk_record_words PRIMARY KEY (word_hash, record_id);
ALTER TABLE ONLY public.records
    ADD CONSTRAINT pk_records PRIMARY KEY (id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT pk_replies PRIMARY KEY (caller, route, key);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT pk_reservations PRIMARY KEY (id);
ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT pk_rosters PRIMARY KEY (desk_id);
ALTER TABLE ONLY public.seat_maps
    ADD CONSTRAINT pk_seat_maps PRIMARY KEY (id);
ALTER TABLE ONLY public.seat_standbys
    ADD CONSTRAINT pk_seat_standbys PRIMARY KEY (id);
ALTER TABLE ONLY public.seatings
    ADD CONSTRAINT pk_seatings PRIMARY KEY (performance_id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT pk_seats PRIMARY KEY (id);
ALTER TABLE ONLY public.service_desks
    ADD CONSTRAINT pk_service_desks PRIMARY KEY (service_id, desk_id);
ALTER TABLE ONLY public.services
    ADD CONSTRAINT pk_services PRIMARY KEY (id);
ALTER TABLE ONLY public.shows
    ADD CONSTRAINT pk_shows PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT pk_sign_ins PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.special_days
    ADD CONSTRAINT pk_special_days PRIMARY KEY (id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT pk_staff PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_branches
    ADD CONSTRAINT pk_staff_branches PRIMARY KEY (staff_id, branch_id);
ALTER TABLE ONLY public.standbys
    ADD CONSTRAINT pk_standbys PRIMARY KEY (id);
ALTER TABLE ONLY public.stays
    ADD CONSTRAINT pk_stays PRIMARY KEY (id);
ALTER TABLE ONLY public.stubs
    ADD CONSTRAINT pk_stubs PRIMARY KEY (id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT pk_tickets PRIMARY KEY (id);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT pk_visits PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_email UNIQUE (email);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT uq_bookings_branch_id_code UNIQUE (branch_id, code);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT uq_bookings_hold_id UNIQUE (hold_id);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT uq_bookings_key UNIQUE (key);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT uq_devices_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.holds
    ADD CONSTRAINT uq_holds_key UNIQUE (key);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT uq_messages_ticket_id_kind_occasion UNIQUE (ticket_id, kind, occasion);
ALTER TABLE ONLY public.pairings
    ADD CONSTRAINT uq_pairings_claim_hash UNIQUE (claim_hash);
ALTER TABLE ONLY public.performances
    ADD CONSTRAINT uq_performances_queue_id UNIQUE (queue_id);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT uq_reservations_key UNIQUE (key);
ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT uq_rosters_feed_hash UNIQUE (feed_hash);
ALTER TABLE ONLY public.seat_standbys
    ADD CONSTRAINT uq_seat_standbys_key UNIQUE (key);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT uq_seats_performance_id_guid UNIQUE (performance_id, guid);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT uq_seats_performance_id_place UNIQUE (performance_id, place);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT uq_staff_login UNIQUE (login);
ALTER TABLE ONLY public.standbys
    ADD CONSTRAINT uq_standbys_key UNIQUE (key);
ALTER TABLE ONLY public.stubs
    ADD CONSTRAINT uq_stubs_serial UNIQUE (serial);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT uq_tickets_key UNIQUE (key);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT uq_tickets_number_queue_id_service_day_number UNIQUE (number_queue_id, service_day, number);
CREATE INDEX ix_absences_branch_id ON public.absences USING btree (branch_id, to_at);
CREATE INDEX ix_absences_desk_id ON public.absences USING btree (desk_id, to_at);
CREATE INDEX ix_account_proofs_account_id ON public.account_proofs USING btree (account_id);
CREATE INDEX ix_account_sign_ins_account_id ON public.account_sign_ins USING btree (account_id);
CREATE INDEX ix_bookings_confirmed ON public.bookings USING btree (performance_id, id) WHERE (state = 'confirmed'::text);
CREATE INDEX ix_bookings_email ON public.bookings USING btree (performance_id, email) WHERE (email IS NOT NULL);
CREATE INDEX ix_bookings_pay_at ON public.bookings USING btree (pay_at) WHERE (pay_at IS NOT NULL);
CREATE INDEX ix_bookings_performance_id ON public.bookings USING btree (performance_id);
CREATE INDEX ix_bookings_personal ON public.bookings USING btree (branch_id, over_at) WHERE (name IS NOT NULL);
CREATE INDEX ix_bookings_phone ON public.bookings USING btree (performance_id, phone) WHERE (phone IS NOT NULL);
CREATE INDEX ix_bookings_ticket_id ON public.bookings USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);
CREATE INDEX ix_closures_branch_id ON public.closures USING btree (branch_id);
CREATE INDEX ix_consultations_desk_id ON public.consultations USING btree (desk_id, to_at);
CREATE INDEX ix_consultations_record_id ON public.consultations USING btree (record_id, from_at) WHERE (record_id IS NOT NULL);
CREATE INDEX ix_contacts_branch_id ON public.contacts USING btree (branch_id);
CREATE INDEX ix_contacts_email ON public.contacts USING btree (email) WHERE (email IS NOT NULL);
CREATE INDEX ix_contacts_phone ON public.contacts USING btree (phone) WHERE (phone IS NOT NULL);
CREATE INDEX ix_departments_branch_id ON public.departments USING btree (branch_id);
CREATE INDEX ix_desk_queues_queue_id ON public.desk_queues USING btree (queue_id);
CREATE INDEX ix_desks_branch_id ON public.desks USING btree (branch_id);
CREATE INDEX ix_devices_branch_id ON public.devices USING btree (branch_id);
CREATE INDEX ix_events_at ON public.events USING btree (scope_id, at);
CREATE INDEX ix_events_ticket_id ON public.events USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);
CREATE INDEX ix_feedback_branch_id ON public.feedback USING btree (branch_id, given_at);
CREATE INDEX ix_feedback_queue_id ON public.feedback USING btree (queue_id, given_at);
CREATE INDEX ix_holds_expires_at ON public.holds USING btree (expires_at) WHERE (state = 'held'::text);
CREATE INDEX ix_holds_performance_id ON public.holds USING btree (performance_id, state);
CREATE INDEX ix_holds_ticket_id ON public.holds USING btree (ticket_id, created_at);
CREATE INDEX ix_messages_branch_id_created_at ON public.messages USING btree (branch_id, created_at);
CREATE INDEX ix_messages_due_at ON public.messages USING btree (due_at) WHERE (state = ANY (ARRAY['waiting'::text, 'sending'::text]));
CREATE INDEX ix_messages_sms ON public.messages USING btree (branch_id, tried_at) WHERE (sms_tries > 0);
CREATE INDEX ix_passes_performance_id ON public.passes USING btree (performance_id, issued_at);
CREATE INDEX ix_passes_ticket_id ON public.passes USING btree (ticket_id);
CREATE INDEX ix_performances_branch_id ON public.performances USING btree (branch_id, starts_at);
CREATE INDEX ix_performances_show_id ON public.performances USING btree (show_id, starts_at);
CREATE INDEX ix_presences_queue_id ON public.presences USING btree (queue_id, seen_at);
CREATE INDEX ix_queues_admit_at ON public.queues USING btree (admit_at) WHERE (admit_at IS NOT NULL);
CREATE INDEX ix_queues_branch_id ON public.queues USING btree (branch_id);
CREATE INDEX ix_record_reads_at ON public.record_reads USING btree (at);
CREATE INDEX ix_record_reads_record_id ON public.record_reads USING btree (record_id, at) WHERE (record_id IS NOT NULL);
CREATE INDEX ix_record_words_record_id ON public.record_words USING btree (record_id);
CREATE INDEX ix_records_branch_id ON public.records USING btree (branch_id);
CREATE INDEX ix_refresh_tokens_family ON public.refresh_tokens USING btree (family);
CREATE INDEX ix_refresh_tokens_staff_id ON public.refresh_tokens USING btree (staff_id);
CREATE INDEX ix_replies_created_at ON public.replies USING btree (created_at);
CREATE INDEX ix_reservations_account_id ON public.reservations USING btree (account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX ix_reservations_booked_from ON public.reservations USING btree (booked_from) WHERE (state = 'held'::text);
CREATE INDEX ix_reservations_branch_id ON public.reservations USING btree (branch_id, start_at);
CREATE INDEX ix_reservations_deadline_at ON public.reservations USING btree (deadline_at) WHERE (deadline_at IS NOT NULL);
CREATE INDEX ix_reservations_of_desk ON public.reservations USING btree (desk_id, busy_to_at) WHERE (state = ANY (ARRAY['held'::text, 'offered'::text, 'pending'::text, 'confirmed'::text, 'arrived'::text]));
CREATE INDEX ix_reservations_of_service ON public.reservations USING btree (service_id, busy_to_at) WHERE (state = ANY (ARRAY['held'::text, 'offered'::text, 'pending'::text, 'confirmed'::text, 'arrived'::text]));
CREATE INDEX ix_reservations_standby_id ON public.reservations USING btree (standby_id) WHERE (standby_id IS NOT NULL);
CREATE INDEX ix_rosters_branch_id ON public.rosters USING btree (branch_id);
CREATE INDEX ix_rosters_owner_id ON public.rosters USING btree (owner_id);
CREATE INDEX ix_seat_maps_branch_id ON public.seat_maps USING btree (branch_id);
CREATE INDEX ix_seat_standbys_personal ON public.seat_standbys USING btree (branch_id, performance_id) WHERE (name IS NOT NULL);
CREATE INDEX ix_seat_standbys_waiting ON public.seat_standbys USING btree (performance_id, turn, id) WHERE (state = 'waiting'::text);
CREATE INDEX ix_seats_booking_id ON public.seats USING btree (booking_id) WHERE (booking_id IS NOT NULL);
CREATE INDEX ix_seats_hold_id ON public.seats USING btree (hold_id) WHERE (hold_id IS NOT NULL);
CREATE INDEX ix_seats_taken ON public.seats USING btree (performance_id, place, held_until) WHERE ((booking_id IS NOT NULL) OR (hold_id IS NOT NULL) OR (blocked IS NOT NULL));
CREATE INDEX ix_service_desks_desk_id ON public.service_desks USING btree (desk_id);
CREATE INDEX ix_services_branch_id ON public.services USING btree (branch_id);
CREATE INDEX ix_services_queue_id ON public.services USING btree (queue_id);
CREATE INDEX ix_shows_branch_id ON public.shows USING btree (branch_id);
CREATE INDEX ix_shows_closes_at ON public.shows USING btree (closes_at) WHERE ((state = ANY (ARRAY['open'::text, 'on_going'::text])) AND (closes_at IS NOT NULL));
CREATE INDEX ix_shows_opens_at ON public.shows USING btree (opens_at) WHERE ((state = 'upcoming'::text) AND (opens_at IS NOT NULL));
CREATE INDEX ix_sign_ins_staff_id ON public.sign_ins USING btree (staff_id);
CREATE INDEX ix_standbys_waiting ON public.standbys USING btree (service_id, id) WHERE (state = 'waiting'::text);
CREATE INDEX ix_stays_called ON public.stays USING btree (queue_id, from_at) WHERE (state = 'called'::text);
CREATE INDEX ix_stays_served ON public.stays USING btree (queue_id, to_at) WHERE ((state = 'serving'::text) AND (to_at IS NOT NULL));
CREATE INDEX ix_stays_ticket_id ON public.stays USING btree (ticket_id);
CREATE INDEX ix_stubs_booking_id ON public.stubs USING btree (booking_id);
CREATE INDEX ix_stubs_performance_id ON public.stubs USING btree (performance_id);
CREATE INDEX ix_tickets_deadline_at ON public.tickets USING btree (deadline_at) WHERE (deadline_at IS NOT NULL);
CREATE INDEX ix_tickets_ended_at ON public.tickets USING btree (branch_id, ended_at);
CREATE INDEX ix_tickets_inside ON public.tickets USING btree (queue_id) WHERE (state = ANY (ARRAY['called'::text, 'serving'::text]));
CREATE INDEX ix_tickets_joined_from ON public.tickets USING btree (joined_from) WHERE ((joined_from IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX ix_tickets_open ON public.tickets USING btree (branch_id, id) WHERE (ended_at IS NULL);
CREATE INDEX ix_tickets_to_tell ON public.tickets USING btree (queue_id, reach, rank) WHERE ((state = 'waiting'::text) AND (reach = 1));
CREATE INDEX ix_visits_branch_id ON public.visits USING btree (branch_id);
CREATE INDEX ix_visits_record_id ON public.visits USING btree (record_id) WHERE (record_id IS NOT NULL);
CREATE UNIQUE INDEX uq_consultations_open ON public.consultations USING btree (ticket_id) WHERE (to_at IS NULL);
CREATE UNIQUE INDEX uq_consultations_stay ON public.consultations USING btree (ticket_id, from_at);
CREATE UNIQUE INDEX uq_holds_live ON public.holds USING btree (ticket_id) WHERE ((state = 'held'::text) AND (ticket_id IS NOT NULL));
CREATE UNIQUE INDEX uq_holds_offer ON public.holds USING btree (seat_standby_id) WHERE ((state = 'held'::text) AND (seat_standby_id IS NOT NULL));
CREATE UNIQUE INDEX uq_messages_of_booking ON public.messages USING btree (booking_id, kind, occasion) WHERE (booking_id IS NOT NULL);
CREATE UNIQUE INDEX uq_messages_of_reservation ON public.messages USING btree (reservation_id, kind, occasion) WHERE (reservation_id IS NOT NULL);
CREATE UNIQUE INDEX uq_messages_of_seat_standby ON public.messages USING btree (seat_standby_id, kind, occasion) WHERE (seat_standby_id IS NOT NULL);
CREATE UNIQUE INDEX uq_messages_of_standby ON public.messages USING btree (standby_id, kind, occasion) WHERE (standby_id IS NOT NULL);
CREATE UNIQUE INDEX uq_messages_to_staff ON public.messages USING btree (branch_id, kind, occasion) WHERE ((ticket_id IS NULL) AND (reservation_id IS NULL) AND (standby_id IS NULL) AND (booking_id IS NULL) AND (seat_standby_id IS NULL));
CREATE UNIQUE INDEX uq_passes_live ON public.passes USING btree (ticket_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX uq_queues_live_prefix ON public.queues USING btree (branch_id, prefix) WHERE (archived_at IS NULL);
CREATE UNIQUE INDEX uq_reservations_code ON public.reservations USING btree (branch_id, code) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX uq_reservations_ticket_id ON public.reservations USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);
CREATE UNIQUE INDEX uq_special_days_of_branch ON public.special_days USING btree (branch_id, on_date) WHERE (service_id IS NULL);
CREATE UNIQUE INDEX uq_special_days_of_service ON public.special_days USING btree (service_id, on_date) WHERE (service_id IS NOT NULL);
CREATE UNIQUE INDEX uq_stays_open ON public.stays USING btree (ticket_id) WHERE (to_at IS NULL);
CREATE UNIQUE INDEX uq_stubs_seat_id ON public.stubs USING btree (seat_id) WHERE (state = 'valid'::text);
CREATE UNIQUE INDEX uq_tickets_open_call ON public.tickets USING btree (desk_id) WHERE ((state = ANY (ARRAY['called'::text, 'serving'::text])) AND (desk_id IS NOT NULL));
CREATE UNIQUE INDEX uq_tickets_waiting_rank ON public.tickets USING btree (queue_id, rank) WHERE (state = 'waiting'::text);
ALTER TABLE ONLY public.absences
    ADD CONSTRAINT fk_absences_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.absences
    ADD CONSTRAINT fk_absences_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.absences
    ADD CONSTRAINT fk_absences_replacement_id FOREIGN KEY (replacement_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.account_proofs
    ADD CONSTRAINT fk_account_proofs_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.account_sign_ins
    ADD CONSTRAINT fk_account_sign_ins_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT fk_api_keys_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT fk_bookings_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT fk_bookings_hold_id FOREIGN KEY (hold_id) REFERENCES public.holds(id);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT fk_bookings_performance_id FOREIGN KEY (performance_id) REFERENCES public.performances(id);
ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT fk_bookings_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.closures
    ADD CONSTRAINT fk_closures_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT fk_consultations_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT fk_consultations_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT fk_consultations_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT fk_consultations_record_id FOREIGN KEY (record_id) REFERENCES public.records(id);
ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT fk_consultations_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
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
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT fk_feedback_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT fk_feedback_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT fk_feedback_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.holds
    ADD CONSTRAINT fk_holds_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.holds
    ADD CONSTRAINT fk_holds_performance_id FOREIGN KEY (performance_id) REFERENCES public.performances(id);
ALTER TABLE ONLY public.holds
    ADD CONSTRAINT fk_holds_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
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
ALTER TABLE ONLY public.passes
    ADD CONSTRAINT fk_passes_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.passes
    ADD CONSTRAINT fk_passes_performance_id FOREIGN KEY (performance_id) REFERENCES public.performances(id);
ALTER TABLE ONLY public.passes
    ADD CONSTRAINT fk_passes_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.performances
    ADD CONSTRAINT fk_performances_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.performances
    ADD CONSTRAINT fk_performances_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.performances
    ADD CONSTRAINT fk_performances_show_id FOREIGN KEY (show_id) REFERENCES public.shows(id);
ALTER TABLE ONLY public.presences
    ADD CONSTRAINT fk_presences_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.presences
    ADD CONSTRAINT fk_presences_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT fk_queues_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT fk_queues_department_id FOREIGN KEY (department_id) REFERENCES public.departments(id);
ALTER TABLE ONLY public.record_words
    ADD CONSTRAINT fk_record_words_record_id FOREIGN KEY (record_id) REFERENCES public.records(id);
ALTER TABLE ONLY public.records
    ADD CONSTRAINT fk_records_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT fk_refresh_tokens_staff_id FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT fk_reservations_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT fk_reservations_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT fk_reservations_service_id FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT fk_reservations_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT fk_rosters_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT fk_rosters_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT fk_rosters_owner_id FOREIGN KEY (owner_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.seat_maps
    ADD CONSTRAINT fk_seat_maps_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.seat_standbys
    ADD CONSTRAINT fk_seat_standbys_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.seat_standbys
    ADD CONSTRAINT fk_seat_standbys_performance_id FOREIGN KEY (performance_id) REFERENCES public.performances(id);
ALTER TABLE ONLY public.seatings
    ADD CONSTRAINT fk_seatings_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.seatings
    ADD CONSTRAINT fk_seatings_performance_id FOREIGN KEY (performance_id) REFERENCES public.performances(id);
ALTER TABLE ONLY public.seatings
    ADD CONSTRAINT fk_seatings_seat_map_id FOREIGN KEY (seat_map_id) REFERENCES public.seat_maps(id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT fk_seats_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings(id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT fk_seats_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT fk_seats_hold_id FOREIGN KEY (hold_id) REFERENCES public.holds(id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT fk_seats_performance_id FOREIGN KEY (performance_id) REFERENCES public.performances(id);
ALTER TABLE ONLY public.service_desks
    ADD CONSTRAINT fk_service_desks_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.service_desks
    ADD CONSTRAINT fk_service_desks_service_id FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.services
    ADD CONSTRAINT fk_services_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.services
    ADD CONSTRAINT fk_services_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.shows
    ADD CONSTRAINT fk_shows_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT fk_sign_ins_staff_id FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.special_days
    ADD CONSTRAINT fk_special_days_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.special_days
    ADD CONSTRAINT fk_special_days_service_id FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.staff_branches
    ADD CONSTRAINT fk_staff_branches_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.staff_branches
    ADD CONSTRAINT fk_staff_branches_staff_id FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.standbys
    ADD CONSTRAINT fk_standbys_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.standbys
    ADD CONSTRAINT fk_standbys_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.standbys
    ADD CONSTRAINT fk_standbys_service_id FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.stays
    ADD CONSTRAINT fk_stays_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
ALTER TABLE ONLY public.stubs
    ADD CONSTRAINT fk_stubs_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings(id);
ALTER TABLE ONLY public.stubs
    ADD CONSTRAINT fk_stubs_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.stubs
    ADD CONSTRAINT fk_stubs_performance_id FOREIGN KEY (performance_id) REFERENCES public.performances(id);
ALTER TABLE ONLY public.stubs
    ADD CONSTRAINT fk_stubs_seat_id FOREIGN KEY (seat_id) REFERENCES public.seats(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_desk_id FOREIGN KEY (desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_number_queue_id FOREIGN KEY (number_queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT fk_tickets_queue_id FOREIGN KEY (queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT fk_visits_back_to_desk_id FOREIGN KEY (back_to_desk_id) REFERENCES public.desks(id);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT fk_visits_back_to_queue_id FOREIGN KEY (back_to_queue_id) REFERENCES public.queues(id);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT fk_visits_branch_id FOREIGN KEY (branch_id) REFERENCES public.branches(id);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT fk_visits_record_id FOREIGN KEY (record_id) REFERENCES public.records(id);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT fk_visits_ticket_id FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);
