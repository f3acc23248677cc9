-- What a name counted as before people's later word on it, from when until when; `resolution` holds what counts now,
-- since `settled_at` ('': it always did). All of it follows from the judgements on names.
create table resolution_past (
  past_key {key},
  resolution_key {ref} not null references resolution (resolution_key),
  valid_from text not null,
  valid_to text not null,
  settled text not null,
  own_id text not null,
  identity text not null,
  name text not null,
  sure integer not null,
  country text not null,
  source_kind text not null,
  admin1 text not null,
  sides text not null,
  status text not null,
  age text not null,
  sex text not null
) {strict};
create index resolution_past_of on resolution_past (resolution_key);
alter table resolution add column settled_at text not null default '';
-- Read and removed by the first opening, which writes down what a ledger of an older schema counted as when.
insert into ledger_meta values ('past_names', 'unknown');
