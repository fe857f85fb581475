/* Prints the names of all kinds of mail, a line each, as they are in the ledger. */

#include "service/mail-kinds.h"

#include <stdio.h>

int main(void)
{
        for (size_t table = 0; mail_kinds[table]; table++)
                for (size_t i = 0; i < mail_kinds[table]->n; i++)
                        puts(mail_kinds[table]->kinds[i].name);
        return fflush(stdout) == 0 ? 0 : 1;
}
