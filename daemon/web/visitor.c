#include "web/visitor.h"

#include "base/utf8.h"
#include "contact/address.h"
#include "contact/card.h"

#include <stdio.h>
#include <string.h>

enum { NETWORK4_BITS = 24 /* of a household or office */ };

static const char *trim(const char *text, size_t *ret_len)
{
        text = text ? text + strspn(text, " \t\r\n") : "";
        *ret_len = strlen(text);
        while (*ret_len > 0 && strchr(" \t\r\n", text[*ret_len - 1]))
                (*ret_len)--;
        return text;
}

/* Writes the domain in Unicode. Return: false if it is too long. */
static bool show_domain(char address[static VISITOR_ADDRESS_SIZE])
{
        char shown[ADDRESS_WIRE_SIZE];
        address_to_show(address, shown);
        size_t len = strlen(shown);
        if (len >= VISITOR_ADDRESS_SIZE)
                return false;
        memcpy(address, shown, len + 1);
        return true;
}

bool visitor_read_address(const char *text, char ret[static VISITOR_ADDRESS_SIZE])
{
        size_t len;
        text = trim(text, &len);
        ret[0] = '\0';
        if (len >= VISITOR_ADDRESS_SIZE)
                return false;
        snprintf(ret, VISITOR_ADDRESS_SIZE, "%.*s", (int)len, text);
        for (char *c = ret; *c; c++)
                *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 'a' - 'A') : *c;
        return card_email_valid(ret) && show_domain(ret);
}

bool visitor_read_text(const char *text, char *ret, size_t size)
{
        size_t len;
        text = trim(text, &len);
        ret[0] = '\0';
        if (len >= size)
                return false;
        snprintf(ret, size, "%.*s", (int)len, text);
        for (char *c = ret; *c; c++)
                if ((unsigned char)*c < 0x20 || *c == 0x7F)
                        *c = ' ';
        if (utf8_plain_prefix(ret, len) == len)
                return true;
        ret[0] = '\0';
        return false;
}

void visitor_network(HttpRequest *request, char ret[static VISITOR_NETWORK_SIZE])
{
        Address address;
        char text[ADDRESS_TEXT_BYTES];
        if (!http_request_client(request, &address) || address.family == AF_UNIX) {
                snprintf(ret, VISITOR_NETWORK_SIZE, "unknown");
                return;
        }
        Address network = address_network(&address, NETWORK4_BITS, ADDRESS_CLIENT6_BITS);
        address_format(&network, text);
        snprintf(ret, VISITOR_NETWORK_SIZE, "%s/%d", text,
                        network.family == AF_INET ? NETWORK4_BITS : ADDRESS_CLIENT6_BITS);
}
