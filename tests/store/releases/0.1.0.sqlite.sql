PRAGMA application_id = 1316442998;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
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
CREATE TABLE branches (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	label TEXT DEFAULT '' NOT NULL, 
	time_zone TEXT NOT NULL, 
	hours TEXT NOT NULL, 
	screens TEXT DEFAULT '{}' NOT NULL, 
	version BIGINT DEFAULT '0' NOT NULL, 
	clock_at BIGINT DEFAULT '0' NOT NULL, 
	edited BIGINT DEFAULT '1' NOT NULL, 
	created_at BIGINT NOT NULL, 
	archived_at BIGINT, 
	CONSTRAINT pk_branches PRIMARY KEY (id)
);
INSERT INTO "branches" VALUES('town-hall','Town Hall','','Europe/Madrid','{"weekly": {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]], "wed": [["00:00", "24:00"]], "thu": [["00:00", "24:00"]], "fri": [["00:00", "24:00"]], "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}, "day_starts_at": "00:00"}','{}',12,1795424730000000,1,1795424400000000,NULL);
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
CREATE TABLE contacts (
	ticket_id INTEGER NOT NULL, 
	branch_id TEXT NOT NULL, 
	phone TEXT, 
	email TEXT, 
	push TEXT, 
	language TEXT DEFAULT '' NOT NULL, 
	stopped_at BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_contacts PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_contacts_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_contacts_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
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
	sent_at BIGINT, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT ck_messages_known_state CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'skipped')), 
	CONSTRAINT ck_messages_sent_has_instant CHECK ((state = 'sent') = (sent_at IS NOT NULL)), 
	CONSTRAINT fk_messages_ticket_id FOREIGN KEY(ticket_id) REFERENCES tickets (id), 
	CONSTRAINT fk_messages_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT uq_messages_ticket_id_kind_occasion UNIQUE (ticket_id, kind, occasion)
);
CREATE TABLE numbers (
	queue_id TEXT NOT NULL, 
	service_day TEXT NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_numbers PRIMARY KEY (queue_id, service_day), 
	CONSTRAINT fk_numbers_queue_id FOREIGN KEY(queue_id) REFERENCES queues (id)
);
INSERT INTO "numbers" VALUES('passports','2026-11-23',6);
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
INSERT INTO "organisations" VALUES('organisation','','','en hi es ar',0,0,1795352423364285);
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
	archived_at BIGINT, 
	CONSTRAINT pk_queues PRIMARY KEY (id), 
	CONSTRAINT ck_queues_waiting_not_negative CHECK (waiting >= 0), 
	CONSTRAINT ck_queues_late_not_negative CHECK (late_s >= 0), 
	CONSTRAINT fk_queues_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id), 
	CONSTRAINT fk_queues_department_id FOREIGN KEY(department_id) REFERENCES departments (id)
);
INSERT INTO "queues" VALUES('passports','town-hall','citizens','Passports','A','',0,'{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "fit": "strict", "fit_passes": 2, "absence_limit_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "ignore_hours": false}',NULL,2,0,'',NULL,1,NULL);
INSERT INTO "queues" VALUES('licences','town-hall','citizens','Licences','B','',0,'{"admission": "by_agent", "capacity": null, "counts": "people", "check_in_window_s": null, "service_limit_s": null, "service_limit_by_party": [], "fit": "strict", "fit_passes": 2, "absence_limit_s": null, "priorities": [], "last_ticket": null, "max_waiting": null, "walk_ins": true, "remote_join": false, "ask_name": false, "ask_party": false, "max_party": 20, "max_recalls": null, "expected_service_s": null, "announce_nearly_at": 3, "announce_nearly_minutes": null, "ask_contact": "none", "channels": ["push", "email", "sms"], "alert_first": false, "public_name": "", "ignore_hours": false}',NULL,0,0,'',NULL,1,NULL);
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
	disabled_at BIGINT, 
	CONSTRAINT pk_staff PRIMARY KEY (id), 
	CONSTRAINT ck_staff_known_role CHECK (role IN ('admin', 'agent')), 
	CONSTRAINT uq_staff_login UNIQUE (login)
);
INSERT INTO "staff" VALUES('maria-lopez','Maria Lopez','maria-lopez','nobody can sign in','agent',1,1,1,1795424400000000,NULL);
INSERT INTO "staff" VALUES('amir-khan','Amir Khan','amir-khan','nobody can sign in','agent',1,1,1,1795424400000000,NULL);
CREATE TABLE staff_branches (
	staff_id TEXT NOT NULL, 
	branch_id TEXT NOT NULL, 
	CONSTRAINT pk_staff_branches PRIMARY KEY (staff_id, branch_id), 
	CONSTRAINT fk_staff_branches_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id), 
	CONSTRAINT fk_staff_branches_branch_id FOREIGN KEY(branch_id) REFERENCES branches (id)
);
INSERT INTO "staff_branches" VALUES('maria-lopez','town-hall');
INSERT INTO "staff_branches" VALUES('amir-khan','town-hall');
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
CREATE UNIQUE INDEX uq_messages_to_staff ON messages (branch_id, kind, occasion) WHERE ticket_id IS NULL;
CREATE INDEX ix_messages_due_at ON messages (due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX ix_messages_branch_id_created_at ON messages (branch_id, created_at);
CREATE INDEX ix_messages_sms ON messages (branch_id, tried_at) WHERE channel = 'sms';
COMMIT;
