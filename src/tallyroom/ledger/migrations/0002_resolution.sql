-- What words were taken to mean, by which method and with which rivals, each once; a claim points to its rows.
-- Words that are resolved anew get a new row and their claim a new version: the old ones stay.
create table resolution (
  resolution_key {key},
  kind text not null check (kind in ('source', 'population', 'place')),
  digest text not null unique,
  words text not null,
  id text not null,
  certain integer not null,
  recorded_at text not null,
  body text not null,
  -- What counts after people's word on who is the same; `settled` is empty where that is the body.
  -- `own_id` tells apart what the program took for one, `identity` joins what it held for two.
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
  sex text not null,
  settled text not null default ''
) {strict};
create index resolution_words on resolution (kind, words);
create index resolution_id on resolution (kind, id);
create index resolution_own_id on resolution (kind, own_id);
create index resolution_identity on resolution (kind, identity);

alter table claim add column source_key {ref};
alter table claim add column population_key {ref};
alter table claim add column place_key {ref};
-- Null until the words of the claim are resolved (a ledger of an older schema); empty where nothing is known.
alter table claim add column relation text;
create index claim_unresolved on claim (report_key) where relation is null;
drop index claim_source;
drop index claim_place;
drop index claim_population;
create index claim_source on claim (source_key, published, claim_key) where valid_to = '9999' and newest = 1;
create index claim_place on claim (place_key, published, claim_key) where valid_to = '9999' and newest = 1;
create index claim_population on claim (population_key, published, claim_key) where valid_to = '9999' and newest = 1;
delete from term where kind in ('source', 'population', 'place');
