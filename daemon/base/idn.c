#include "base/idn.h"

#include <errno.h>
#include <string.h>
#include <unicode/uidna.h>

typedef int32_t Convert(const UIDNA *idna, const char *name, int32_t length, char *dest, int32_t capacity,
                UIDNAInfo *info, UErrorCode *status);

static const uint32_t options = UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                                UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE;

static int convert(const char *domain, Convert *to, char ret[static IDN_DOMAIN_SIZE])
{
        UErrorCode status = U_ZERO_ERROR;
        UIDNAInfo info = UIDNA_INFO_INITIALIZER;
        char made[IDN_DOMAIN_SIZE];
        UIDNA *idna = uidna_openUTS46(options, &status);
        if (U_FAILURE(status))
                return status == U_MEMORY_ALLOCATION_ERROR ? -ENOMEM : -EINVAL;
        int32_t len = to(idna, domain, -1, made, sizeof(made), &info, &status);
        uidna_close(idna);
        if (status == U_MEMORY_ALLOCATION_ERROR)
                return -ENOMEM;
        if (U_FAILURE(status) || info.errors != 0 || len >= IDN_DOMAIN_SIZE)
                return -EINVAL;
        memcpy(ret, made, (size_t)len);
        ret[len] = '\0';
        return 0;
}

int idn_to_ascii(const char *domain, char ret[static IDN_DOMAIN_SIZE])
{
        return convert(domain, uidna_nameToASCII_UTF8, ret);
}

int idn_to_unicode(const char *domain, char ret[static IDN_DOMAIN_SIZE])
{
        return convert(domain, uidna_nameToUnicodeUTF8, ret);
}
