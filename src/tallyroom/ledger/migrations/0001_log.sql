-- The log is the truth: what was read and what was decided, in order, never changed but by a redaction.
create table ledger_meta (name text primary key, value text not null) {strict};
create table entry (
  sequence {key},
  kind text not null check (kind in ('report', 'reading', 'judgement')),
  identity text not null unique,
  uid text not null,
  recorded_at text not null,
  run_id text not null,
  redacted integer not null default 0,
  body text not null
) {strict};
create index entry_of_report on entry (uid, kind, sequence);

-- All below follows from the log and can be rebuilt from it.
create table report (
  report_key {key},
  uid text not null unique,
  id text not null,
  address text not null,
  text_hash text not null,
  published text not null,
  outlet text not null,
  collection text not null,
  event text not null,
  confidential integer not null default 0,
  newest integer not null default 1,
  copy_of text not null default '',
  recorded_at text not null
) {strict};
create index report_id on report (id);
create index report_address on report (address);
create index report_text_hash on report (text_hash);
create index report_published on report (published, report_key);

create table term (
  kind text not null, folded text not null, words text not null, primary key (kind, folded)
) {strict};

-- A claim as it counted from `valid_from` until `valid_to` ('9999': it counts now).
create table claim (
  claim_key {key},
  report_key {ref} not null references report (report_key),
  claim_id text not null,
  start_at integer not null,
  end_at integer not null,
  measure text not null,
  unit text not null,
  population text not null,
  place text not null,
  source text not null,
  relay text not null,
  outlet text not null,
  collection text not null,
  event text not null,
  value {real} not null,
  published text not null,
  happened_from text not null,
  happened_to text not null,
  said_from text not null,
  said_to text not null,
  speaks_of text not null,
  review text not null,
  newest integer not null,
  confidential integer not null,
  extractor text not null,
  recorded_at text not null,
  valid_from text not null,
  valid_to text not null default '9999',
  body text not null
) {strict};
create index claim_report on claim (report_key, start_at);
create index claim_id on claim (claim_id);
create index claim_published on claim (published, claim_key) where valid_to = '9999' and newest = 1;
create index claim_value on claim (value, claim_key) where valid_to = '9999' and newest = 1;
create index claim_happened on claim (happened_to, claim_key) where valid_to = '9999' and newest = 1;
create index claim_measure on claim (measure, published, claim_key) where valid_to = '9999' and newest = 1;
create index claim_source on claim (source, published, claim_key) where valid_to = '9999' and newest = 1;
create index claim_place on claim (place, published, claim_key) where valid_to = '9999' and newest = 1;
create index claim_population on claim (population, published, claim_key) where valid_to = '9999' and newest = 1;

create table problem (
  problem_key {key},
  report_key {ref} not null references report (report_key),
  kind text not null,
  start_at integer not null,
  end_at integer not null,
  review text not null,
  newest integer not null,
  confidential integer not null,
  published text not null,
  outlet text not null,
  collection text not null,
  valid_from text not null,
  valid_to text not null default '9999',
  body text not null
) {strict};
create index problem_report on problem (report_key);
create index problem_kind on problem (kind, problem_key) where valid_to = '9999' and newest = 1;
