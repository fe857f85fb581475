#include "store/address-fold.h"

#include "contact/address.h"

#include <stddef.h>
#include <string.h>

/*
 * Most addresses are in ASCII and have no A-label. For the others the domain is compared as U-labels, so
 * that `пример.рф` and `xn--e1afmkfd.xn--p1ai` are the same.
 */
static const char *as_shown(const char *address, char shown[static ADDRESS_WIRE_SIZE])
{
        const char *c = address;
        while (*c && (unsigned char)*c < 0x80)
                c++;
        if (*c == '\0' && !strcasestr(address, "xn--"))
                return address;
        address_to_show(address, shown);
        return strlen(shown) < ADDRESS_SIZE ? shown : address;
}

void address_fold(const char *address, char ret[static ADDRESS_SIZE])
{
        char shown[ADDRESS_WIRE_SIZE];
        size_t n = 0;
        for (const char *c = address ? as_shown(address, shown) : ""; *c && n < ADDRESS_SIZE - 1; c++)
                ret[n++] = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        ret[n] = '\0';
}

bool address_is_same(const char *one, const char *other)
{
        char first[ADDRESS_SIZE], second[ADDRESS_SIZE];
        address_fold(one, first);
        address_fold(other, second);
        return first[0] && strcmp(first, second) == 0;
}

void address_mailbox(const char *address, char ret[static ADDRESS_SIZE])
{
        char folded[ADDRESS_SIZE];
        address_fold(address, folded);
        const char *at = strrchr(folded, '@');
        size_t n = 0;
        for (const char *c = folded; at && c < at && *c != '+'; c++)
                if (*c != '.')
                        ret[n++] = *c;
        strcpy(ret + n, at ? at : folded);
}
