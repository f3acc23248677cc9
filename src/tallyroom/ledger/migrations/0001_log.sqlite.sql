create virtual table report_text using fts5 (title, text, tokenize = 'unicode61 remove_diacritics 2');
create trigger entry_stays before delete on entry begin select raise(abort, 'the log of a ledger is append-only'); end;
create trigger entry_unchanged before update on entry
when new.redacted <= old.redacted or new.sequence <> old.sequence or new.identity <> old.identity
  or new.uid <> old.uid or new.kind <> old.kind or new.recorded_at <> old.recorded_at
begin select raise(abort, 'the log of a ledger is append-only'); end;
