#include "store/address.h"

void address_fold(const char *address, char ret[static ADDRESS_SIZE])
{
        size_t n = 0;
        for (const char *c = address; *c && n < ADDRESS_SIZE - 1; c++)
                ret[n++] = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        ret[n] = '\0';
}
