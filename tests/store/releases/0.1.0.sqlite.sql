PRAGMA application_id = 1316442998;
BEGIN TRANSACTION;
CREATE TABLE absences (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	desk_id TEXT NOT NULL, 
	from_at BIGINT NOT NULL, 
	to_at BIGINT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	replacement_id TEXT, 
	CONSTRAINT pk_absences PRIMARY KEY (id), 
	CONSTRAINT ck_absences_ends_after_start CHECK (to_at > from_at), 
	CONSTRAINT fk_absences_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_absences_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id), 
	CONSTRAINT fk_absences_replacement_id FOREIGN KEY(replacement_id) REFERENCES desks (id)
);
CREATE TABLE account_proofs (
	token_hash TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_account_proofs PRIMARY KEY (token_hash), 
	CONSTRAINT ck_account_proofs_known_purpose CHECK (purpose IN ('verify', 'reset')), 
	CONSTRAINT fk_account_proofs_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE TABLE account_sign_ins (
	token_hash TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	credential_version INTEGER NOT NULL, 
	browser TEXT DEFAULT '' NOT NULL, 
	created_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_account_sign_ins PRIMARY KEY (token_hash), 
	CONSTRAINT fk_account_sign_ins_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE TABLE accounts (
	id TEXT NOT NULL, 
	email TEXT NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	phone TEXT, 
	language TEXT DEFAULT '' NOT NULL, 
	password_hash TEXT NOT NULL, 
	credential_version INTEGER DEFAULT '1' NOT NULL, 
	verified_at BIGINT, 
	created_at BIGINT NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_email UNIQUE (email)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE api_keys (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	key_hash TEXT NOT NULL, 
	hint TEXT NOT NULL, 
	role TEXT NOT NULL, 
	branch_id TEXT, 
	unlimited INTEGER DEFAULT '0' NOT NULL, 
	created_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_api_keys PRIMARY KEY (id), 
	CONSTRAINT ck_api_keys_known_role CHECK (role IN ('admin', 'agent', 'kiosk', 'display')), 
	CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash), 
	CONSTRAINT fk_api_keys_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
CREATE TABLE bookings (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	code TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	performance_id TEXT NOT NULL, 
	hold_id INTEGER, 
	ticket_id INTEGER, 
	name TEXT, 
	email TEXT, 
	phone TEXT, 
	language TEXT DEFAULT '' NOT NULL, 
	state TEXT NOT NULL, 
	payment TEXT NOT NULL, 
	sequence INTEGER DEFAULT '0' NOT NULL, 
	created_at BIGINT NOT NULL, 
	cancelled_at BIGINT, 
	cancelled_by TEXT DEFAULT '' NOT NULL, 
	over_at BIGINT NOT NULL, 
	pay_at BIGINT, 
	CONSTRAINT pk_bookings PRIMARY KEY (id), 
	CONSTRAINT ck_bookings_cancelled_has_end CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)), 
	CONSTRAINT ck_bookings_known_state CHECK (state IN ('confirmed', 'cancelled')), 
	CONSTRAINT fk_bookings_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_bookings_hold_id FOREIGN KEY(hold_id) REFERENCES holds (id), 
	CONSTRAINT fk_bookings_performance_id FOREIGN KEY(performance_id) REFERENCES performances (id), 
	CONSTRAINT fk_bookings_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT uq_bookings_branch_id_code UNIQUE (branch_id, code), 
	CONSTRAINT uq_bookings_hold_id UNIQUE (hold_id), 
	CONSTRAINT uq_bookings_key UNIQUE ("key")
);
CREATE TABLE branches (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	label TEXT DEFAULT '' NOT NULL, 
	time_zone TEXT NOT NULL, 
	hours TEXT NOT NULL, 
	screens TEXT DEFAULT '{}' NOT NULL, 
	location TEXT, 
	version BIGINT DEFAULT '0' NOT NULL, 
	clock_at BIGINT DEFAULT '0' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	created_at BIGINT NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_branches PRIMARY KEY (id)
);
INSERT INTO "branches" VALUES('town-hall','Town Hall','','Europe/Madrid','{"weekly": {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]], "wed": [["00:00", "24:00"]], "thu": [["00:00", "24:00"]], "fri": [["00:00", "24:00"]], "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}, "day_starts_at": "00:00"}','{}',NULL,23,1795424910000000,1,1795424400000000,NULL);
CREATE TABLE closures (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	starts_on TEXT NOT NULL, 
	ends_on TEXT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_closures PRIMARY KEY (id), 
	CONSTRAINT ck_closures_ends_after_start CHECK (ends_on >= starts_on), 
	CONSTRAINT fk_closures_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
CREATE TABLE consultations (
	id TEXT NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	record_id TEXT, 
	branch_id TEXT NOT NULL, 
	queue_id TEXT NOT NULL, 
	desk_id TEXT, 
	agent_id TEXT, 
	from_at BIGINT NOT NULL, 
	to_at BIGINT, 
	outcome TEXT DEFAULT '' NOT NULL, 
	note TEXT, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_consultations PRIMARY KEY (id), 
	CONSTRAINT ck_consultations_ends_after_start CHECK (to_at IS NULL OR to_at >= from_at), 
	CONSTRAINT fk_consultations_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_consultations_record_id FOREIGN KEY(record_id) REFERENCES records (id), 
	CONSTRAINT fk_consultations_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_consultations_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id), 
	CONSTRAINT fk_consultations_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id)
);
CREATE TABLE contacts (
	ticket_id INTEGER NOT NULL, 
	branch_id TEXT NOT NULL, 
	phone TEXT, 
	email TEXT, 
	push TEXT, 
	language TEXT DEFAULT '' NOT NULL, 
	stopped_at BIGINT, 
	created_at BIGINT NOT NULL, allowed_at BIGINT, 
	CONSTRAINT pk_contacts PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_contacts_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_contacts_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
INSERT INTO "contacts" VALUES(7,'town-hall',NULL,'ana@example.org',NULL,'',NULL,1795424910000000,NULL);
CREATE TABLE departments (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	place INTEGER DEFAULT '0' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_departments PRIMARY KEY (id), 
	CONSTRAINT fk_departments_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
INSERT INTO "departments" VALUES('citizens','town-hall','Citizens',0,1,NULL);
CREATE TABLE desk_queues (
	desk_id TEXT NOT NULL, 
	queue_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	CONSTRAINT pk_desk_queues PRIMARY KEY (desk_id, queue_id), 
	CONSTRAINT fk_desk_queues_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id), 
	CONSTRAINT fk_desk_queues_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id)
);
INSERT INTO "desk_queues" VALUES('desk-1','passports',0);
INSERT INTO "desk_queues" VALUES('desk-1','licences',1);
INSERT INTO "desk_queues" VALUES('desk-2','passports',0);
INSERT INTO "desk_queues" VALUES('desk-2','licences',1);
INSERT INTO "desk_queues" VALUES('desk-3','passports',0);
INSERT INTO "desk_queues" VALUES('desk-3','licences',1);
CREATE TABLE desks (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	department_id TEXT, 
	name TEXT NOT NULL, 
	place INTEGER DEFAULT '0' NOT NULL, 
	state TEXT DEFAULT 'closed' NOT NULL, 
	agent_id TEXT, 
	since_at BIGINT DEFAULT '0' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_desks PRIMARY KEY (id), 
	CONSTRAINT ck_desks_known_state CHECK (state IN ('closed', 'open', 'paused')), 
	CONSTRAINT fk_desks_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_desks_department_id FOREIGN KEY(department_id) REFERENCES departments (id)
);
INSERT INTO "desks" VALUES('desk-1','town-hall','citizens','Desk 1',0,'open','maria-lopez',0,1,NULL);
INSERT INTO "desks" VALUES('desk-2','town-hall','citizens','Desk 2',0,'open','amir-khan',0,1,NULL);
INSERT INTO "desks" VALUES('desk-3','town-hall','citizens','Desk 3',0,'closed',NULL,0,1,NULL);
CREATE TABLE devices (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	token_hash TEXT NOT NULL, 
	settings TEXT DEFAULT '{}' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	paired_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	fault TEXT DEFAULT '' NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_devices PRIMARY KEY (id), 
	CONSTRAINT ck_devices_known_kind CHECK (kind IN ('kiosk', 'display')), 
	CONSTRAINT uq_devices_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_devices_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
CREATE TABLE events (
	scope_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	verb TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	ticket_id INTEGER, 
	queue_id TEXT, 
	desk_id TEXT, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (scope_id, version)
);
INSERT INTO "events" VALUES('town-hall',1,1795424400000000,'ticket.joined','rule',1,'passports',NULL,'{"key":"zWE-MNjxat-Rt1hKImWx9Q","code":"A-001","number":1,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424400000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424400000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424400000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',2,1795424430000000,'ticket.joined','rule',2,'passports',NULL,'{"key":"Hi_riUFMNDwQJ8TRw4a7xA","code":"A-002","number":2,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424430000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424430000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424430000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',3,1795424460000000,'ticket.joined','rule',3,'passports',NULL,'{"key":"eOUQYXMR2KPCzm9EftTVew","code":"A-003","number":3,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424460000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424460000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424460000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',4,1795424490000000,'ticket.joined','rule',4,'passports',NULL,'{"key":"Nb-ZLcnpxhZhLnaWps7MGw","code":"A-004","number":4,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424490000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424490000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424490000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',5,1795424520000000,'ticket.joined','rule',5,'passports',NULL,'{"key":"5LBs5gdBx6h85CyCGAcujA","code":"A-005","number":5,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424520000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424520000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424520000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',6,1795424550000000,'ticket.joined','rule',6,'passports',NULL,'{"key":"m4EOdm7J0oZjyoKN1fSzsg","code":"A-006","number":6,"service_day":"2026-11-23","number_queue_id":"passports","joined_at":1795424550000000,"priority":"","language":"","named":false,"after":{"queue_id":"passports","state":"waiting","rank":1795424550000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424550000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',7,1795424580000000,'ticket.called','rule',1,'passports','desk-1','{"key":"zWE-MNjxat-Rt1hKImWx9Q","code":"A-001","after":{"state":"called","desk_id":"desk-1","agent_id":"rule","since_at":1795424580000000,"called_at":1795424580000000,"calls":1},"before":{"state":"waiting","desk_id":null,"agent_id":null,"since_at":1795424400000000,"called_at":null,"calls":0}}');
INSERT INTO "events" VALUES('town-hall',8,1795424610000000,'ticket.no_show','rule',1,'passports','desk-1','{"key":"zWE-MNjxat-Rt1hKImWx9Q","code":"A-001","after":{"state":"no_show","desk_id":null,"since_at":1795424610000000,"ended_at":1795424610000000},"before":{"state":"called","desk_id":"desk-1","since_at":1795424580000000,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',9,1795424640000000,'ticket.called','rule',2,'passports','desk-1','{"key":"Hi_riUFMNDwQJ8TRw4a7xA","code":"A-002","after":{"state":"called","desk_id":"desk-1","agent_id":"rule","since_at":1795424640000000,"called_at":1795424640000000,"calls":1},"before":{"state":"waiting","desk_id":null,"agent_id":null,"since_at":1795424430000000,"called_at":null,"calls":0}}');
INSERT INTO "events" VALUES('town-hall',10,1795424670000000,'ticket.started','rule',2,'passports','desk-1','{"key":"Hi_riUFMNDwQJ8TRw4a7xA","code":"A-002","after":{"state":"serving","since_at":1795424670000000},"before":{"state":"called","since_at":1795424640000000}}');
INSERT INTO "events" VALUES('town-hall',11,1795424700000000,'ticket.called','rule',3,'passports','desk-2','{"key":"eOUQYXMR2KPCzm9EftTVew","code":"A-003","after":{"state":"called","desk_id":"desk-2","agent_id":"rule","since_at":1795424700000000,"called_at":1795424700000000,"calls":1},"before":{"state":"waiting","desk_id":null,"agent_id":null,"since_at":1795424460000000,"called_at":null,"calls":0}}');
INSERT INTO "events" VALUES('town-hall',12,1795424730000000,'ticket.parked','rule',6,'passports',NULL,'{"key":"m4EOdm7J0oZjyoKN1fSzsg","code":"A-006","after":{"state":"parked","since_at":1795424730000000},"before":{"state":"waiting","since_at":1795424550000000}}');
INSERT INTO "events" VALUES('town-hall',13,1795424760000000,'service.created','rule',NULL,NULL,NULL,'{"service_id":"r0eq7yw00hyc6d07ef777e90th","after":{"name":"Advice","description":"","price":"","queue_id":"licences","duration_s":1800,"hours":null,"questions":[],"rules":{"capacity":1,"max_size":1,"step_s":null,"buffer_before_s":0,"buffer_after_s":0,"notice_s":0,"window_days":60,"per_guest":null,"approval":false,"verify_email":false,"hold_s":600,"answer_s":86400,"cutoff_s":0,"lead_s":0,"early_s":7200,"near_m":null,"grace_s":900,"miss_after_s":3600,"standby":true,"offer_s":1800,"reminders_s":[86400,7200],"ask_birth_date":false,"ask_phone":true,"choose_desk":true,"public_name":""},"desk_ids":["desk-2"]}}');
INSERT INTO "events" VALUES('town-hall',14,1795424790000000,'reservation.held','rule',NULL,NULL,NULL,'{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"held","start_at":1795431600000000,"after":{"state":"held","desk_id":"desk-2","start_at":1795431600000000,"end_at":1795433400000000,"busy_from_at":1795431600000000,"busy_to_at":1795433400000000,"size":1,"deadline_at":1795425390000000}}');
INSERT INTO "events" VALUES('town-hall',15,1795424790000000,'reservation.booked','rule',NULL,NULL,NULL,'{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"pending","start_at":1795431600000000,"after":{"state":"pending","deadline_at":1795431600000000},"before":{"state":"held","deadline_at":1795425390000000}}');
INSERT INTO "events" VALUES('town-hall',16,1795424790000000,'reservation.confirmed','rule',NULL,NULL,NULL,'{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"confirmed","start_at":1795431600000000,"after":{"state":"confirmed","deadline_at":1795435200000000},"before":{"state":"pending","deadline_at":1795431600000000}}');
INSERT INTO "events" VALUES('town-hall',17,1795424820000000,'reservation.held','rule',NULL,NULL,NULL,'{"reservation_id":2,"code":"ZLF6JZ","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"held","start_at":1795433400000000,"after":{"state":"held","desk_id":"desk-2","start_at":1795433400000000,"end_at":1795435200000000,"busy_from_at":1795433400000000,"busy_to_at":1795435200000000,"size":1,"deadline_at":1795425420000000}}');
INSERT INTO "events" VALUES('town-hall',18,1795424820000000,'reservation.booked','rule',NULL,NULL,NULL,'{"reservation_id":2,"code":"ZLF6JZ","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"pending","start_at":1795433400000000,"after":{"state":"pending","deadline_at":1795433400000000},"before":{"state":"held","deadline_at":1795425420000000}}');
INSERT INTO "events" VALUES('town-hall',19,1795424820000000,'reservation.confirmed','rule',NULL,NULL,NULL,'{"reservation_id":2,"code":"ZLF6JZ","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"confirmed","start_at":1795433400000000,"after":{"state":"confirmed","deadline_at":1795437000000000},"before":{"state":"pending","deadline_at":1795433400000000}}');
INSERT INTO "events" VALUES('town-hall',20,1795424850000000,'reservation.held','rule',NULL,NULL,NULL,'{"reservation_id":3,"code":"69PGCH","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"held","start_at":1795435200000000,"after":{"state":"held","desk_id":"desk-2","start_at":1795435200000000,"end_at":1795437000000000,"busy_from_at":1795435200000000,"busy_to_at":1795437000000000,"size":1,"deadline_at":1795425450000000}}');
INSERT INTO "events" VALUES('town-hall',21,1795424880000000,'standby.joined','rule',NULL,NULL,NULL,'{"standby_id":1,"service_id":"r0eq7yw00hyc6d07ef777e90th"}');
INSERT INTO "events" VALUES('town-hall',22,1795424910000000,'ticket.joined','rule',7,'licences',NULL,'{"key":"QifeITAjWAzL0_Xga8FThQ","code":"B-001","number":1,"service_day":"2026-11-23","number_queue_id":"licences","joined_at":1795424910000000,"priority":"","language":"","named":true,"after":{"queue_id":"licences","state":"waiting","rank":1795431600000000,"party_size":1,"desk_id":null,"agent_id":null,"since_at":1795424910000000,"called_at":null,"calls":0,"passed":0,"deadline_at":null,"ended_at":null}}');
INSERT INTO "events" VALUES('town-hall',23,1795424910000000,'reservation.arrived','rule',NULL,NULL,NULL,'{"reservation_id":1,"code":"ZV5CQP","service_id":"r0eq7yw00hyc6d07ef777e90th","state":"arrived","start_at":1795431600000000,"after":{"state":"arrived","deadline_at":null},"before":{"state":"confirmed","deadline_at":1795435200000000},"of":7}');
CREATE TABLE feedback (
	ticket_id INTEGER NOT NULL, 
	branch_id TEXT NOT NULL, 
	queue_id TEXT NOT NULL, 
	face INTEGER NOT NULL, 
	comment TEXT, 
	given_at BIGINT NOT NULL, 
	CONSTRAINT pk_feedback PRIMARY KEY (ticket_id), 
	CONSTRAINT ck_feedback_face_of_five CHECK (face BETWEEN 1 AND 5), 
	CONSTRAINT fk_feedback_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_feedback_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_feedback_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id)
);
CREATE TABLE holds (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	performance_id TEXT NOT NULL, 
	ticket_id INTEGER, 
	seat_standby_id INTEGER, 
	state TEXT NOT NULL, 
	seats INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, 
	extended_at BIGINT, 
	created_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_holds PRIMARY KEY (id), 
	CONSTRAINT ck_holds_ended_has_end CHECK ((state = 'held') = (ended_at IS NULL)), 
	CONSTRAINT ck_holds_known_state CHECK (state IN ('held', 'booked', 'released', 'lapsed')), 
	CONSTRAINT ck_holds_held_for_somebody CHECK ((ticket_id IS NULL) <> (seat_standby_id IS NULL)), 
	CONSTRAINT ck_holds_one_or_more CHECK (seats >= 1), 
	CONSTRAINT fk_holds_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_holds_performance_id FOREIGN KEY(performance_id) REFERENCES performances (id), 
	CONSTRAINT fk_holds_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT uq_holds_key UNIQUE ("key")
);
CREATE TABLE message_settings (
	branch_id TEXT NOT NULL, 
	settings TEXT DEFAULT '{}' NOT NULL, 
	alert_url TEXT DEFAULT '' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_message_settings PRIMARY KEY (branch_id), 
	CONSTRAINT fk_message_settings_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
CREATE TABLE messages (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	queue_id TEXT, 
	ticket_id INTEGER, 
	kind TEXT NOT NULL, 
	occasion BIGINT DEFAULT '0' NOT NULL, 
	channel TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT 'waiting' NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	due_at BIGINT NOT NULL, 
	fence BIGINT DEFAULT '0' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	created_at BIGINT NOT NULL, 
	tried_at BIGINT, 
	sent_at BIGINT, reservation_id INTEGER, standby_id INTEGER, sms_tries INTEGER DEFAULT '0' NOT NULL, booking_id INTEGER, seat_standby_id INTEGER, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT ck_messages_known_state CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'skipped')), 
	CONSTRAINT ck_messages_sent_has_instant CHECK ((state = 'sent') = (sent_at IS NOT NULL)), 
	CONSTRAINT fk_messages_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_messages_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT uq_messages_ticket_id_kind_occasion UNIQUE (ticket_id, kind, occasion)
);
INSERT INTO "messages" VALUES('xdtn9jwvgj17sd5hpnbegrgcf0','town-hall',NULL,NULL,'booked',0,'','waiting',0,1795424790000000,0,'',1795424790000000,NULL,NULL,1,NULL,0,NULL,NULL);
INSERT INTO "messages" VALUES('rhv7gyje8hy0stwqsghd1vj6gf','town-hall',NULL,NULL,'booked',0,'','waiting',0,1795424820000000,0,'',1795424820000000,NULL,NULL,2,NULL,0,NULL,NULL);
INSERT INTO "messages" VALUES('bbhkke075jvsst8tn200r73kb2','town-hall',NULL,NULL,'reminder',1795426200000000,'','waiting',0,1795426200000000,0,'',1795424820000000,NULL,NULL,2,NULL,0,NULL,NULL);
INSERT INTO "messages" VALUES('3wg6kt004q5pnh7zsg7mcjam19','town-hall','licences',7,'joined',22,'','waiting',0,1795424910000000,0,'',1795424910000000,NULL,NULL,NULL,NULL,0,NULL,NULL);
CREATE TABLE numbers (
	queue_id TEXT NOT NULL, 
	service_day TEXT NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_numbers PRIMARY KEY (queue_id, service_day), 
	CONSTRAINT fk_numbers_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id)
);
INSERT INTO "numbers" VALUES('passports','2026-11-23',6);
INSERT INTO "numbers" VALUES('licences','2026-11-23',1);
CREATE TABLE organisations (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	accent TEXT DEFAULT '' NOT NULL, 
	languages TEXT DEFAULT 'en hi es ar' NOT NULL, 
	version BIGINT DEFAULT '0' NOT NULL, 
	clock_at BIGINT DEFAULT '0' NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_organisations PRIMARY KEY (id)
);
INSERT INTO "organisations" VALUES('organisation','','','en hi es ar',0,0,1795401709178353);
CREATE TABLE pairings (
	code_hash TEXT NOT NULL, 
	claim_hash TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	device_id TEXT, 
	CONSTRAINT pk_pairings PRIMARY KEY (code_hash), 
	CONSTRAINT uq_pairings_claim_hash UNIQUE (claim_hash), 
	CONSTRAINT fk_pairings_device_id FOREIGN KEY(device_id) REFERENCES devices (id)
);
CREATE TABLE passes (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	performance_id TEXT NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	device_hash TEXT NOT NULL, 
	issued_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	extended_at BIGINT, 
	spent_at BIGINT, 
	ended_at BIGINT, 
	ended_by TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_passes PRIMARY KEY (id), 
	CONSTRAINT fk_passes_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT ck_passes_lasts_a_while CHECK (expires_at > issued_at), 
	CONSTRAINT ck_passes_known_end CHECK (ended_by IN ('', 'booked', 'left', 'lapsed', 'closed')), 
	CONSTRAINT ck_passes_ended_has_end CHECK ((ended_by <> '') = (ended_at IS NOT NULL)), 
	CONSTRAINT fk_passes_performance_id FOREIGN KEY(performance_id) REFERENCES performances (id), 
	CONSTRAINT fk_passes_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id)
);
CREATE TABLE performances (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	show_id TEXT NOT NULL, 
	queue_id TEXT NOT NULL, 
	starts_at BIGINT NOT NULL, 
	doors_at BIGINT, 
	prices TEXT DEFAULT '{}' NOT NULL, 
	seed TEXT NOT NULL, 
	seed_hash TEXT NOT NULL, 
	drawn_at BIGINT, 
	opened_at BIGINT, 
	paused_at BIGINT, 
	ended_at BIGINT, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	created_at BIGINT NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_performances PRIMARY KEY (id), 
	CONSTRAINT fk_performances_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT ck_performances_doors_before_start CHECK (doors_at IS NULL OR doors_at <= starts_at), 
	CONSTRAINT ck_performances_paused_once_open CHECK (paused_at IS NULL OR opened_at IS NOT NULL), 
	CONSTRAINT fk_performances_show_id FOREIGN KEY(show_id) REFERENCES shows (id), 
	CONSTRAINT fk_performances_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id), 
	CONSTRAINT uq_performances_queue_id UNIQUE (queue_id)
);
CREATE TABLE presences (
	ticket_id INTEGER NOT NULL, 
	queue_id TEXT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	CONSTRAINT pk_presences PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_presences_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_presences_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id)
);
CREATE TABLE queues (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	department_id TEXT, 
	name TEXT NOT NULL, 
	prefix TEXT NOT NULL, 
	icon TEXT DEFAULT '' NOT NULL, 
	place INTEGER DEFAULT '0' NOT NULL, 
	rules TEXT NOT NULL, 
	paused_at BIGINT, 
	waiting BIGINT DEFAULT '0' NOT NULL, 
	late_s INTEGER DEFAULT '0' NOT NULL, 
	told TEXT DEFAULT '' NOT NULL, 
	told_at BIGINT, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	archived_at BIGINT, admit_at BIGINT, 
	CONSTRAINT pk_queues PRIMARY KEY (id), 
	CONSTRAINT ck_queues_waiting_not_negative CHECK (waiting >= 0), 
	CONSTRAINT ck_queues_late_not_negative CHECK (late_s >= 0), 
	CONSTRAINT fk_queues_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_queues_department_id FOREIGN KEY(department_id) REFERENCES departments (id)
);
INSERT INTO "queues" VALUES('passports','town-hall','citizens','Passports','A','',0,'{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "overstay": "free", "rejoin_grace_s": null, "fit": "strict", "fit_passes": 2, "admit_per_minute": null, "absence_limit_s": null, "absence_grace_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "one_per_device": true, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "clinical": false, "outcomes": [], "ignore_hours": false, "gate_closed": false, "needs_pass": false}',NULL,2,0,'',NULL,1,NULL,NULL);
INSERT INTO "queues" VALUES('licences','town-hall','citizens','Licences','B','',0,'{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "overstay": "free", "rejoin_grace_s": null, "fit": "strict", "fit_passes": 2, "admit_per_minute": null, "absence_limit_s": null, "absence_grace_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "one_per_device": true, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "clinical": false, "outcomes": [], "ignore_hours": false, "gate_closed": false, "needs_pass": false}',NULL,1,0,'',NULL,1,NULL,NULL);
CREATE TABLE record_reads (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	branch_id TEXT, 
	record_id TEXT, 
	ticket_id INTEGER, 
	what TEXT NOT NULL, 
	why TEXT DEFAULT '' NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	found INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_record_reads PRIMARY KEY (id)
);
CREATE TABLE record_words (
	word_hash TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	CONSTRAINT pk_record_words PRIMARY KEY (word_hash, record_id), 
	CONSTRAINT fk_record_words_record_id FOREIGN KEY(record_id) REFERENCES records (id)
);
CREATE TABLE records (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	sealed TEXT NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	created_at BIGINT NOT NULL, 
	erased_at BIGINT, 
	CONSTRAINT pk_records PRIMARY KEY (id), 
	CONSTRAINT fk_records_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
CREATE TABLE refresh_tokens (
	token_hash TEXT NOT NULL, 
	family TEXT NOT NULL, 
	staff_id TEXT NOT NULL, 
	credential_version INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_hash), 
	CONSTRAINT fk_refresh_tokens_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE TABLE replies (
	caller TEXT NOT NULL, 
	route TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	body_hash TEXT NOT NULL, 
	status INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_replies PRIMARY KEY (caller, route, "key")
);
CREATE TABLE reservations (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	code TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	service_id TEXT NOT NULL, 
	desk_id TEXT, 
	start_at BIGINT NOT NULL, 
	end_at BIGINT NOT NULL, 
	busy_from_at BIGINT NOT NULL, 
	busy_to_at BIGINT NOT NULL, 
	size INTEGER DEFAULT '1' NOT NULL, 
	state TEXT NOT NULL, 
	deadline_at BIGINT, 
	name TEXT, 
	birth_date TEXT, 
	phone TEXT, 
	email TEXT, 
	note TEXT, 
	answers TEXT DEFAULT '{}' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	account_id TEXT, 
	booked_from TEXT, 
	standby_id INTEGER, 
	verified_at BIGINT, 
	sequence INTEGER DEFAULT '0' NOT NULL, 
	coming_at BIGINT, 
	stopped_at BIGINT, 
	ticket_id INTEGER, 
	ended_by TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	created_at BIGINT NOT NULL, 
	since_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_reservations PRIMARY KEY (id), 
	CONSTRAINT ck_reservations_known_state CHECK (state IN ('held', 'offered', 'pending', 'confirmed', 'arrived', 'no_show', 'cancelled', 'lapsed')), 
	CONSTRAINT ck_reservations_final_has_end CHECK ((state IN ('no_show', 'cancelled', 'lapsed')) = (ended_at IS NOT NULL)), 
	CONSTRAINT ck_reservations_arrived_has_ticket CHECK ((state = 'arrived') = (ticket_id IS NOT NULL)), 
	CONSTRAINT ck_reservations_final_has_no_deadline CHECK (deadline_at IS NULL OR state NOT IN ('no_show', 'cancelled', 'lapsed')), 
	CONSTRAINT ck_reservations_ends_after_start CHECK (start_at < end_at), 
	CONSTRAINT ck_reservations_busy_while_it_lasts CHECK (busy_from_at <= start_at AND busy_to_at >= end_at), 
	CONSTRAINT ck_reservations_one_or_more CHECK (size >= 1), 
	CONSTRAINT fk_reservations_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_reservations_service_id FOREIGN KEY(service_id) REFERENCES services (id), 
	CONSTRAINT fk_reservations_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id), 
	CONSTRAINT fk_reservations_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT uq_reservations_key UNIQUE ("key")
);
INSERT INTO "reservations" VALUES(1,'oR1Fmi-XjYcZmZ4_pG1nUw','ZV5CQP','town-hall','r0eq7yw00hyc6d07ef777e90th','desk-2',1795431600000000,1795433400000000,1795431600000000,1795433400000000,1,'arrived',NULL,'Ana Ruiz',NULL,NULL,'ana@example.org',NULL,'{}','',NULL,NULL,NULL,NULL,0,NULL,NULL,7,'','',1795424790000000,1795424910000000,NULL);
INSERT INTO "reservations" VALUES(2,'2SpKorQQ2TxO-8jWCyH7rA','ZLF6JZ','town-hall','r0eq7yw00hyc6d07ef777e90th','desk-2',1795433400000000,1795435200000000,1795433400000000,1795435200000000,1,'confirmed',1795437000000000,'Ana Ruiz',NULL,NULL,'ana@example.org',NULL,'{}','',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'','',1795424820000000,1795424820000000,NULL);
INSERT INTO "reservations" VALUES(3,'87N_MocCZsRBVdfvKN036w','69PGCH','town-hall','r0eq7yw00hyc6d07ef777e90th','desk-2',1795435200000000,1795437000000000,1795435200000000,1795437000000000,1,'held',1795425450000000,NULL,NULL,NULL,NULL,NULL,'{}','',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,'','',1795424850000000,1795424850000000,NULL);
CREATE TABLE rosters (
	desk_id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	owner_id TEXT, 
	public_name TEXT DEFAULT '' NOT NULL, 
	hours TEXT, 
	feed_hash TEXT, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_rosters PRIMARY KEY (desk_id), 
	CONSTRAINT fk_rosters_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id), 
	CONSTRAINT fk_rosters_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_rosters_owner_id FOREIGN KEY(owner_id) REFERENCES staff (id), 
	CONSTRAINT uq_rosters_feed_hash UNIQUE (feed_hash)
);
CREATE TABLE seat_maps (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	"plan" TEXT NOT NULL, 
	seat_count INTEGER NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	created_at BIGINT NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_seat_maps PRIMARY KEY (id), 
	CONSTRAINT ck_seat_maps_one_or_more CHECK (seat_count >= 1), 
	CONSTRAINT fk_seat_maps_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
CREATE TABLE seat_standbys (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	performance_id TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	category TEXT, 
	state TEXT NOT NULL, 
	name TEXT, 
	email TEXT, 
	phone TEXT, 
	language TEXT DEFAULT '' NOT NULL, 
	offers INTEGER DEFAULT '0' NOT NULL, 
	turn BIGINT DEFAULT '0' NOT NULL, 
	created_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_seat_standbys PRIMARY KEY (id), 
	CONSTRAINT ck_seat_standbys_final_has_end CHECK ((state IN ('booked', 'left', 'over')) = (ended_at IS NOT NULL)), 
	CONSTRAINT ck_seat_standbys_known_state CHECK (state IN ('waiting', 'offered', 'booked', 'left', 'over')), 
	CONSTRAINT ck_seat_standbys_one_or_more CHECK (size >= 1), 
	CONSTRAINT fk_seat_standbys_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_seat_standbys_performance_id FOREIGN KEY(performance_id) REFERENCES performances (id), 
	CONSTRAINT uq_seat_standbys_key UNIQUE ("key")
);
CREATE TABLE seatings (
	performance_id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	seat_map_id TEXT NOT NULL, 
	"plan" TEXT NOT NULL, 
	seat_count INTEGER NOT NULL, 
	edition BIGINT NOT NULL, 
	made_at BIGINT NOT NULL, 
	CONSTRAINT pk_seatings PRIMARY KEY (performance_id), 
	CONSTRAINT fk_seatings_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_seatings_performance_id FOREIGN KEY(performance_id) REFERENCES performances (id), 
	CONSTRAINT fk_seatings_seat_map_id FOREIGN KEY(seat_map_id) REFERENCES seat_maps (id)
);
CREATE TABLE seats (
	id INTEGER NOT NULL, 
	performance_id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	guid TEXT NOT NULL, 
	section TEXT NOT NULL, 
	"row" TEXT NOT NULL, 
	number TEXT NOT NULL, 
	name TEXT NOT NULL, 
	category TEXT NOT NULL, 
	x FLOAT NOT NULL, 
	y FLOAT NOT NULL, 
	area TEXT, 
	accessible INTEGER DEFAULT '0' NOT NULL, 
	companion_of TEXT, 
	blocked TEXT, 
	hold_id INTEGER, 
	held_until BIGINT, 
	booking_id INTEGER, 
	CONSTRAINT pk_seats PRIMARY KEY (id), 
	CONSTRAINT ck_seats_held_until_some_time CHECK ((hold_id IS NULL) = (held_until IS NULL)), 
	CONSTRAINT ck_seats_held_or_sold CHECK (booking_id IS NULL OR hold_id IS NULL), 
	CONSTRAINT fk_seats_booking_id FOREIGN KEY(booking_id) REFERENCES bookings (id), 
	CONSTRAINT fk_seats_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_seats_hold_id FOREIGN KEY(hold_id) REFERENCES holds (id), 
	CONSTRAINT fk_seats_performance_id FOREIGN KEY(performance_id) REFERENCES performances (id), 
	CONSTRAINT uq_seats_performance_id_guid UNIQUE (performance_id, guid), 
	CONSTRAINT uq_seats_performance_id_place UNIQUE (performance_id, place)
);
CREATE TABLE service_desks (
	service_id TEXT NOT NULL, 
	desk_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	CONSTRAINT pk_service_desks PRIMARY KEY (service_id, desk_id), 
	CONSTRAINT fk_service_desks_service_id FOREIGN KEY(service_id) REFERENCES services (id), 
	CONSTRAINT fk_service_desks_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id)
);
INSERT INTO "service_desks" VALUES('r0eq7yw00hyc6d07ef777e90th','desk-2',0);
CREATE TABLE services (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	queue_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	price TEXT DEFAULT '' NOT NULL, 
	place INTEGER DEFAULT '0' NOT NULL, 
	duration_s INTEGER NOT NULL, 
	hours TEXT, 
	questions TEXT DEFAULT '[]' NOT NULL, 
	rules TEXT DEFAULT '{}' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_services PRIMARY KEY (id), 
	CONSTRAINT ck_services_a_minute_at_least CHECK (duration_s >= 60), 
	CONSTRAINT fk_services_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_services_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id)
);
INSERT INTO "services" VALUES('r0eq7yw00hyc6d07ef777e90th','town-hall','licences','Advice','','',0,1800,NULL,'[]','{"capacity":1,"max_size":1,"step_s":null,"buffer_before_s":0,"buffer_after_s":0,"notice_s":0,"window_days":60,"per_guest":null,"approval":false,"verify_email":false,"hold_s":600,"answer_s":86400,"cutoff_s":0,"lead_s":0,"early_s":7200,"near_m":null,"grace_s":900,"miss_after_s":3600,"standby":true,"offer_s":1800,"reminders_s":[86400,7200],"ask_birth_date":false,"ask_phone":true,"choose_desk":true,"public_name":""}',1,NULL);
CREATE TABLE shows (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	state TEXT NOT NULL, 
	opens_at BIGINT, 
	closes_at BIGINT, 
	rules TEXT DEFAULT '{}' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	created_at BIGINT NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_shows PRIMARY KEY (id), 
	CONSTRAINT fk_shows_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT ck_shows_known_state CHECK (state IN ('draft', 'upcoming', 'open', 'on_going', 'closed', 'cancelled', 'postponed')), 
	CONSTRAINT ck_shows_closes_after_opening CHECK (opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at)
);
CREATE TABLE sign_ins (
	token_hash TEXT NOT NULL, 
	staff_id TEXT NOT NULL, 
	credential_version INTEGER NOT NULL, 
	browser TEXT DEFAULT '' NOT NULL, 
	created_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_sign_ins PRIMARY KEY (token_hash), 
	CONSTRAINT fk_sign_ins_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE TABLE special_days (
	id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	service_id TEXT, 
	on_date TEXT NOT NULL, 
	intervals TEXT DEFAULT '[]' NOT NULL, 
	walk_ins_only INTEGER DEFAULT '0' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_special_days PRIMARY KEY (id), 
	CONSTRAINT ck_special_days_walk_ins_only_flag CHECK (walk_ins_only IN (0, 1)), 
	CONSTRAINT fk_special_days_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_special_days_service_id FOREIGN KEY(service_id) REFERENCES services (id)
);
CREATE TABLE staff (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	login TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	role TEXT NOT NULL, 
	credential_version INTEGER DEFAULT '1' NOT NULL, 
	keyboard INTEGER DEFAULT '1' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	created_at BIGINT NOT NULL, 
	disabled_at BIGINT, clinical INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_staff PRIMARY KEY (id), 
	CONSTRAINT ck_staff_known_role CHECK (role IN ('admin', 'agent')), 
	CONSTRAINT uq_staff_login UNIQUE (login)
);
INSERT INTO "staff" VALUES('maria-lopez','Maria Lopez','maria-lopez','nobody can sign in','agent',1,1,1,1795424400000000,NULL,0);
INSERT INTO "staff" VALUES('amir-khan','Amir Khan','amir-khan','nobody can sign in','agent',1,1,1,1795424400000000,NULL,0);
CREATE TABLE staff_branches (
	staff_id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	CONSTRAINT pk_staff_branches PRIMARY KEY (staff_id, branch_id), 
	CONSTRAINT fk_staff_branches_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_staff_branches_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
INSERT INTO "staff_branches" VALUES('maria-lopez','town-hall');
INSERT INTO "staff_branches" VALUES('amir-khan','town-hall');
CREATE TABLE standbys (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	service_id TEXT NOT NULL, 
	desk_id TEXT, 
	from_at BIGINT NOT NULL, 
	to_at BIGINT NOT NULL, 
	size INTEGER DEFAULT '1' NOT NULL, 
	state TEXT NOT NULL, 
	name TEXT, 
	phone TEXT, 
	email TEXT, 
	language TEXT DEFAULT '' NOT NULL, 
	account_id TEXT, 
	offers INTEGER DEFAULT '0' NOT NULL, 
	created_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_standbys PRIMARY KEY (id), 
	CONSTRAINT ck_standbys_known_state CHECK (state IN ('waiting', 'offered', 'booked', 'left', 'over')), 
	CONSTRAINT ck_standbys_final_has_end CHECK ((state IN ('booked', 'left', 'over')) = (ended_at IS NOT NULL)), 
	CONSTRAINT ck_standbys_ends_after_start CHECK (to_at > from_at), 
	CONSTRAINT ck_standbys_one_or_more CHECK (size >= 1), 
	CONSTRAINT fk_standbys_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_standbys_service_id FOREIGN KEY(service_id) REFERENCES services (id), 
	CONSTRAINT fk_standbys_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id), 
	CONSTRAINT uq_standbys_key UNIQUE ("key")
);
INSERT INTO "standbys" VALUES(1,'V-VKzGL1aAxP344aBgzqYw','town-hall','r0eq7yw00hyc6d07ef777e90th',NULL,1795435200000000,1795435200000001,1,'waiting','Wim',NULL,NULL,'',NULL,0,1795424880000000,NULL);
CREATE TABLE stays (
	id INTEGER NOT NULL, 
	ticket_id INTEGER NOT NULL, 
	branch_id TEXT NOT NULL, 
	queue_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	desk_id TEXT, 
	agent_id TEXT, 
	from_at BIGINT NOT NULL, 
	to_at BIGINT, 
	CONSTRAINT pk_stays PRIMARY KEY (id), 
	CONSTRAINT ck_stays_ends_after_start CHECK (to_at IS NULL OR to_at >= from_at), 
	CONSTRAINT fk_stays_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id)
);
INSERT INTO "stays" VALUES(1,1,'town-hall','passports','waiting',NULL,NULL,1795424400000000,1795424580000000);
INSERT INTO "stays" VALUES(2,2,'town-hall','passports','waiting',NULL,NULL,1795424430000000,1795424640000000);
INSERT INTO "stays" VALUES(3,3,'town-hall','passports','waiting',NULL,NULL,1795424460000000,1795424700000000);
INSERT INTO "stays" VALUES(4,4,'town-hall','passports','waiting',NULL,NULL,1795424490000000,NULL);
INSERT INTO "stays" VALUES(5,5,'town-hall','passports','waiting',NULL,NULL,1795424520000000,NULL);
INSERT INTO "stays" VALUES(6,6,'town-hall','passports','waiting',NULL,NULL,1795424550000000,1795424730000000);
INSERT INTO "stays" VALUES(7,1,'town-hall','passports','called','desk-1','rule',1795424580000000,1795424610000000);
INSERT INTO "stays" VALUES(8,2,'town-hall','passports','called','desk-1','rule',1795424640000000,1795424670000000);
INSERT INTO "stays" VALUES(9,2,'town-hall','passports','serving','desk-1','rule',1795424670000000,NULL);
INSERT INTO "stays" VALUES(10,3,'town-hall','passports','called','desk-2','rule',1795424700000000,NULL);
INSERT INTO "stays" VALUES(11,6,'town-hall','passports','parked',NULL,NULL,1795424730000000,NULL);
INSERT INTO "stays" VALUES(12,7,'town-hall','licences','waiting',NULL,NULL,1795424910000000,NULL);
CREATE TABLE stubs (
	id INTEGER NOT NULL, 
	booking_id INTEGER NOT NULL, 
	performance_id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	seat_id INTEGER NOT NULL, 
	serial TEXT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	holder TEXT, 
	state TEXT NOT NULL, 
	came_at BIGINT, 
	came_by TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_stubs PRIMARY KEY (id), 
	CONSTRAINT ck_stubs_known_state CHECK (state IN ('valid', 'void')), 
	CONSTRAINT fk_stubs_booking_id FOREIGN KEY(booking_id) REFERENCES bookings (id), 
	CONSTRAINT fk_stubs_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_stubs_performance_id FOREIGN KEY(performance_id) REFERENCES performances (id), 
	CONSTRAINT fk_stubs_seat_id FOREIGN KEY(seat_id) REFERENCES seats (id), 
	CONSTRAINT uq_stubs_serial UNIQUE (serial)
);
CREATE TABLE tickets (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	queue_id TEXT NOT NULL, 
	number_queue_id TEXT NOT NULL, 
	service_day TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	state TEXT NOT NULL, 
	rank BIGINT NOT NULL, 
	party_size INTEGER DEFAULT '1' NOT NULL, 
	priority TEXT DEFAULT '' NOT NULL, 
	name TEXT, 
	language TEXT DEFAULT '' NOT NULL, 
	desk_id TEXT, 
	agent_id TEXT, 
	joined_at BIGINT NOT NULL, 
	since_at BIGINT NOT NULL, 
	called_at BIGINT, 
	calls INTEGER DEFAULT '0' NOT NULL, 
	passed INTEGER DEFAULT '0' NOT NULL, 
	deadline_at BIGINT, 
	ended_at BIGINT, 
	note TEXT, 
	quoted_low_s INTEGER, 
	quoted_high_s INTEGER, 
	coming_at BIGINT, 
	overstayed_at BIGINT, 
	rejoin_until_at BIGINT, 
	joined_from TEXT, 
	reach INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_tickets PRIMARY KEY (id), 
	CONSTRAINT ck_tickets_final_has_end CHECK ((state IN ('done', 'no_show', 'left', 'cancelled')) = (ended_at IS NOT NULL)), 
	CONSTRAINT ck_tickets_final_has_no_deadline CHECK (deadline_at IS NULL OR state NOT IN ('done', 'no_show', 'left', 'cancelled')), 
	CONSTRAINT ck_tickets_desk_only_when_called CHECK (desk_id IS NULL OR state IN ('called', 'serving')), 
	CONSTRAINT ck_tickets_known_state CHECK (state IN ('waiting', 'called', 'serving', 'parked', 'done', 'no_show', 'left', 'cancelled')), 
	CONSTRAINT ck_tickets_number_from_one CHECK (number >= 1), 
	CONSTRAINT ck_tickets_party_of_one_or_more CHECK (party_size >= 1), 
	CONSTRAINT uq_tickets_key UNIQUE ("key"), 
	CONSTRAINT uq_tickets_number_queue_id_service_day_number UNIQUE (number_queue_id, service_day, number), 
	CONSTRAINT fk_tickets_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_tickets_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id), 
	CONSTRAINT fk_tickets_number_queue_id FOREIGN KEY(number_queue_id) REFERENCES queues (id), 
	CONSTRAINT fk_tickets_desk_id FOREIGN KEY(desk_id) REFERENCES desks (id)
);
INSERT INTO "tickets" VALUES(1,'zWE-MNjxat-Rt1hKImWx9Q','town-hall','passports','passports','2026-11-23',1,'A-001','no_show',1795424400000000,1,'',NULL,'',NULL,'rule',1795424400000000,1795424610000000,1795424580000000,1,0,NULL,1795424610000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "tickets" VALUES(2,'Hi_riUFMNDwQJ8TRw4a7xA','town-hall','passports','passports','2026-11-23',2,'A-002','serving',1795424430000000,1,'',NULL,'','desk-1','rule',1795424430000000,1795424670000000,1795424640000000,1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "tickets" VALUES(3,'eOUQYXMR2KPCzm9EftTVew','town-hall','passports','passports','2026-11-23',3,'A-003','called',1795424460000000,1,'',NULL,'','desk-2','rule',1795424460000000,1795424700000000,1795424700000000,1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "tickets" VALUES(4,'Nb-ZLcnpxhZhLnaWps7MGw','town-hall','passports','passports','2026-11-23',4,'A-004','waiting',1795424490000000,1,'',NULL,'',NULL,NULL,1795424490000000,1795424490000000,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "tickets" VALUES(5,'5LBs5gdBx6h85CyCGAcujA','town-hall','passports','passports','2026-11-23',5,'A-005','waiting',1795424520000000,1,'',NULL,'',NULL,NULL,1795424520000000,1795424520000000,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "tickets" VALUES(6,'m4EOdm7J0oZjyoKN1fSzsg','town-hall','passports','passports','2026-11-23',6,'A-006','parked',1795424550000000,1,'',NULL,'',NULL,NULL,1795424550000000,1795424730000000,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "tickets" VALUES(7,'QifeITAjWAzL0_Xga8FThQ','town-hall','licences','licences','2026-11-23',1,'B-001','waiting',1795431600000000,1,'','Ana Ruiz','',NULL,NULL,1795424910000000,1795424910000000,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1);
CREATE TABLE visits (
	ticket_id INTEGER NOT NULL, 
	branch_id TEXT NOT NULL, 
	record_id TEXT, 
	reason TEXT, 
	back_to_desk_id TEXT, 
	back_to_queue_id TEXT, 
	back_to_rank BIGINT, 
	CONSTRAINT pk_visits PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_visits_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_visits_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_visits_record_id FOREIGN KEY(record_id) REFERENCES records (id), 
	CONSTRAINT fk_visits_back_to_desk_id FOREIGN KEY(back_to_desk_id) REFERENCES desks (id), 
	CONSTRAINT fk_visits_back_to_queue_id FOREIGN KEY(back_to_queue_id) REFERENCES queues (id)
);
CREATE INDEX ix_closures_branch_id ON closures (branch_id);
CREATE INDEX ix_departments_branch_id ON departments (branch_id);
CREATE INDEX ix_queues_branch_id ON queues (branch_id);
CREATE UNIQUE INDEX uq_queues_live_prefix ON queues (branch_id, prefix) WHERE archived_at IS NULL;
CREATE INDEX ix_desks_branch_id ON desks (branch_id);
CREATE INDEX ix_desk_queues_queue_id ON desk_queues (queue_id);
CREATE INDEX ix_tickets_deadline_at ON tickets (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX ix_tickets_ended_at ON tickets (branch_id, ended_at);
CREATE INDEX ix_tickets_inside ON tickets (queue_id) WHERE state IN ('called', 'serving');
CREATE INDEX ix_tickets_joined_from ON tickets (joined_from) WHERE joined_from IS NOT NULL AND ended_at IS NULL;
CREATE INDEX ix_tickets_open ON tickets (branch_id, id) WHERE ended_at IS NULL;
CREATE INDEX ix_tickets_to_tell ON tickets (queue_id, reach, rank) WHERE state = 'waiting' AND reach = 1;
CREATE UNIQUE INDEX uq_tickets_open_call ON tickets (desk_id) WHERE state IN ('called', 'serving') AND desk_id IS NOT NULL;
CREATE UNIQUE INDEX uq_tickets_waiting_rank ON tickets (queue_id, rank) WHERE state = 'waiting';
CREATE INDEX ix_stays_served ON stays (queue_id, to_at) WHERE state = 'serving' AND to_at IS NOT NULL;
CREATE INDEX ix_stays_ticket_id ON stays (ticket_id);
CREATE UNIQUE INDEX uq_stays_open ON stays (ticket_id) WHERE to_at IS NULL;
CREATE INDEX ix_events_at ON events (scope_id, at);
CREATE INDEX ix_events_ticket_id ON events (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX ix_replies_created_at ON replies (created_at);
CREATE INDEX ix_sign_ins_staff_id ON sign_ins (staff_id);
CREATE INDEX ix_refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX ix_refresh_tokens_staff_id ON refresh_tokens (staff_id);
CREATE INDEX ix_devices_branch_id ON devices (branch_id);
CREATE INDEX ix_contacts_branch_id ON contacts (branch_id);
CREATE INDEX ix_contacts_phone ON contacts (phone) WHERE phone IS NOT NULL;
CREATE INDEX ix_contacts_email ON contacts (email) WHERE email IS NOT NULL;
CREATE INDEX ix_messages_due_at ON messages (due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX ix_messages_branch_id_created_at ON messages (branch_id, created_at);
CREATE INDEX ix_feedback_queue_id ON feedback (queue_id, given_at);
CREATE INDEX ix_feedback_branch_id ON feedback (branch_id, given_at);
CREATE INDEX ix_services_branch_id ON services (branch_id);
CREATE INDEX ix_services_queue_id ON services (queue_id);
CREATE INDEX ix_service_desks_desk_id ON service_desks (desk_id);
CREATE INDEX ix_rosters_branch_id ON rosters (branch_id);
CREATE INDEX ix_rosters_owner_id ON rosters (owner_id);
CREATE UNIQUE INDEX uq_special_days_of_branch ON special_days (branch_id, on_date) WHERE service_id IS NULL;
CREATE UNIQUE INDEX uq_special_days_of_service ON special_days (service_id, on_date) WHERE service_id IS NOT NULL;
CREATE INDEX ix_absences_branch_id ON absences (branch_id, to_at);
CREATE INDEX ix_absences_desk_id ON absences (desk_id, to_at);
CREATE INDEX ix_reservations_account_id ON reservations (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX ix_reservations_booked_from ON reservations (booked_from) WHERE state = 'held';
CREATE INDEX ix_reservations_branch_id ON reservations (branch_id, start_at);
CREATE INDEX ix_reservations_deadline_at ON reservations (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX ix_reservations_of_desk ON reservations (desk_id, busy_to_at) WHERE state IN ('held', 'offered', 'pending', 'confirmed', 'arrived');
CREATE INDEX ix_reservations_of_service ON reservations (service_id, busy_to_at) WHERE state IN ('held', 'offered', 'pending', 'confirmed', 'arrived');
CREATE INDEX ix_reservations_standby_id ON reservations (standby_id) WHERE standby_id IS NOT NULL;
CREATE UNIQUE INDEX uq_reservations_code ON reservations (branch_id, code) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX uq_reservations_ticket_id ON reservations (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX ix_standbys_waiting ON standbys (service_id, id) WHERE state = 'waiting';
CREATE UNIQUE INDEX uq_messages_of_reservation ON messages (reservation_id, kind, occasion) WHERE reservation_id IS NOT NULL;
CREATE UNIQUE INDEX uq_messages_of_standby ON messages (standby_id, kind, occasion) WHERE standby_id IS NOT NULL;
CREATE INDEX ix_records_branch_id ON records (branch_id);
CREATE INDEX ix_record_words_record_id ON record_words (record_id);
CREATE INDEX ix_visits_branch_id ON visits (branch_id);
CREATE INDEX ix_visits_record_id ON visits (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX ix_consultations_desk_id ON consultations (desk_id, to_at);
CREATE INDEX ix_consultations_record_id ON consultations (record_id, from_at) WHERE record_id IS NOT NULL;
CREATE UNIQUE INDEX uq_consultations_stay ON consultations (ticket_id, from_at);
CREATE UNIQUE INDEX uq_consultations_open ON consultations (ticket_id) WHERE to_at IS NULL;
CREATE INDEX ix_record_reads_at ON record_reads (at);
CREATE INDEX ix_record_reads_record_id ON record_reads (record_id, at) WHERE record_id IS NOT NULL;
CREATE INDEX ix_account_sign_ins_account_id ON account_sign_ins (account_id);
CREATE INDEX ix_account_proofs_account_id ON account_proofs (account_id);
CREATE INDEX ix_messages_sms ON messages (branch_id, tried_at) WHERE sms_tries > 0;
CREATE INDEX ix_queues_admit_at ON queues (admit_at) WHERE admit_at IS NOT NULL;
CREATE INDEX ix_stays_called ON stays (queue_id, from_at) WHERE state = 'called';
CREATE INDEX ix_shows_branch_id ON shows (branch_id);
CREATE INDEX ix_shows_opens_at ON shows (opens_at) WHERE state = 'upcoming' AND opens_at IS NOT NULL;
CREATE INDEX ix_shows_closes_at ON shows (closes_at) WHERE state IN ('open', 'on_going') AND closes_at IS NOT NULL;
CREATE INDEX ix_performances_show_id ON performances (show_id, starts_at);
CREATE INDEX ix_performances_branch_id ON performances (branch_id, starts_at);
CREATE UNIQUE INDEX uq_passes_live ON passes (ticket_id) WHERE ended_at IS NULL;
CREATE INDEX ix_passes_ticket_id ON passes (ticket_id);
CREATE INDEX ix_passes_performance_id ON passes (performance_id, issued_at);
CREATE INDEX ix_presences_queue_id ON presences (queue_id, seen_at);
CREATE INDEX ix_seat_maps_branch_id ON seat_maps (branch_id);
CREATE INDEX ix_holds_expires_at ON holds (expires_at) WHERE state = 'held';
CREATE INDEX ix_holds_performance_id ON holds (performance_id, state);
CREATE INDEX ix_holds_ticket_id ON holds (ticket_id, created_at);
CREATE UNIQUE INDEX uq_holds_live ON holds (ticket_id) WHERE state = 'held' AND ticket_id IS NOT NULL;
CREATE UNIQUE INDEX uq_holds_offer ON holds (seat_standby_id) WHERE state = 'held' AND seat_standby_id IS NOT NULL;
CREATE INDEX ix_bookings_confirmed ON bookings (performance_id, id) WHERE state = 'confirmed';
CREATE INDEX ix_bookings_pay_at ON bookings (pay_at) WHERE pay_at IS NOT NULL;
CREATE INDEX ix_bookings_email ON bookings (performance_id, email) WHERE email IS NOT NULL;
CREATE INDEX ix_bookings_performance_id ON bookings (performance_id);
CREATE INDEX ix_bookings_personal ON bookings (branch_id, over_at) WHERE name IS NOT NULL;
CREATE INDEX ix_bookings_phone ON bookings (performance_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX ix_bookings_ticket_id ON bookings (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX ix_seats_booking_id ON seats (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX ix_seats_hold_id ON seats (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX ix_seats_taken ON seats (performance_id, place, held_until) WHERE booking_id IS NOT NULL OR hold_id IS NOT NULL OR blocked IS NOT NULL;
CREATE INDEX ix_stubs_booking_id ON stubs (booking_id);
CREATE INDEX ix_stubs_performance_id ON stubs (performance_id);
CREATE UNIQUE INDEX uq_stubs_seat_id ON stubs (seat_id) WHERE state = 'valid';
CREATE INDEX ix_seat_standbys_waiting ON seat_standbys (performance_id, turn, id) WHERE state = 'waiting';
CREATE INDEX ix_seat_standbys_personal ON seat_standbys (branch_id, performance_id) WHERE name IS NOT NULL;
CREATE UNIQUE INDEX uq_messages_to_staff ON messages (branch_id, kind, occasion) WHERE ticket_id IS NULL AND reservation_id IS NULL AND standby_id IS NULL AND booking_id IS NULL AND seat_standby_id IS NULL;
CREATE UNIQUE INDEX uq_messages_of_booking ON messages (booking_id, kind, occasion) WHERE booking_id IS NOT NULL;
CREATE UNIQUE INDEX uq_messages_of_seat_standby ON messages (seat_standby_id, kind, occasion) WHERE seat_standby_id IS NOT NULL;
COMMIT;
