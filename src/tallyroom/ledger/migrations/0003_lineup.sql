-- The series of the ledger as last lined up: each report with its story, each story with its series. All of it follows
-- from the claims and is made again where they, the judgements or the program changed.
create table lined_up (
  uid text primary key,
  story text not null,
  digest text not null,
  body text not null
) {strict};
create index lined_up_story on lined_up (story);
create table story (
  story text primary key,
  digest text not null,
  -- Names of its sources and origins, one a line, by which a judgement finds it.
  names text not null,
  body text not null
) {strict};
