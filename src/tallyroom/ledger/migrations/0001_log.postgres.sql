create table report_text (rowid bigint primary key, words tsvector not null);
create index report_text_words on report_text using gin (words);
create function entry_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.redacted <= old.redacted or new.sequence <> old.sequence or new.identity <> old.identity
     or new.uid <> old.uid or new.kind <> old.kind or new.recorded_at <> old.recorded_at then
    raise exception 'the log of a ledger is append-only';
  end if;
  return new;
end $$;
create trigger entry_stays before update or delete on entry for each row execute function entry_guard();
