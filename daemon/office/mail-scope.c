#include "office/mail-scope.h"

#include "office/collections.h"

int mail_scope_init(MailScope *scope, OfficeCall *call, AccountAccess needed)
{
        bool all_books = false, all_calendars = false;
        *scope = (MailScope){ BUFFER_INIT(COLLECTIONS_MAX_BYTES), BUFFER_INIT(COLLECTIONS_MAX_BYTES),
                { NULL, NULL } };
        int r = collections_find(call, true, needed, &scope->books, &all_books);
        if (r == 0)
                r = collections_find(call, false, needed, &scope->calendars, &all_calendars);
        if (r != 0)
                return r;
        scope->scope = (LedgerScope){ all_books ? NULL : buffer_text(&scope->books),
                all_calendars ? NULL : buffer_text(&scope->calendars) };
        return scope->scope.books && scope->books.len <= 1 ? OFFICE_E_FORBIDDEN : 0;
}

void mail_scope_done(MailScope *scope)
{
        buffer_done(&scope->books);
        buffer_done(&scope->calendars);
}

int mail_scope_check(OfficeCall *call, AccountAccess needed, const MailRecord *mail)
{
        CLEANUP(mail_scope_done) MailScope scope;
        bool is_in_scope = false;
        int r = mail_scope_init(&scope, call, needed);
        if (r == 0)
                r = ledger_is_in_scope(call->store, mail, &scope.scope, &is_in_scope);
        return r != 0 ? r : is_in_scope ? 0 : OFFICE_E_FORBIDDEN;
}
