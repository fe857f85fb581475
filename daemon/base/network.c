#include "base/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bits_of(int family)
{
        return family == AF_INET ? 32 : 128;
}

static void set_v6(const struct in6_addr *from, Address *ret)
{
        *ret = (Address){ .family = IN6_IS_ADDR_V4MAPPED(from) ? AF_INET : AF_INET6 };
        if (ret->family == AF_INET)
                memcpy(ret->bytes, from->s6_addr + 12, 4);
        else
                memcpy(ret->bytes, from->s6_addr, 16);
}

int address_parse(const char *text, Address *ret)
{
        Address v4 = { .family = AF_INET };
        struct in6_addr v6;
        if (inet_pton(AF_INET, text, v4.bytes) == 1)
                *ret = v4;
        else if (inet_pton(AF_INET6, text, &v6) == 1)
                set_v6(&v6, ret);
        else
                return -EINVAL;
        return 0;
}

int address_of(const struct sockaddr *socket_address, Address *ret)
{
        Address v4 = { .family = AF_INET };
        switch (socket_address->sa_family) {
        case AF_INET:
                memcpy(v4.bytes, &((const struct sockaddr_in *)(const void *)socket_address)->sin_addr, 4);
                *ret = v4;
                return 0;
        case AF_INET6:
                set_v6(&((const struct sockaddr_in6 *)(const void *)socket_address)->sin6_addr, ret);
                return 0;
        case AF_UNIX:
                *ret = (Address){ .family = AF_UNIX };
                return 0;
        default:
                return -EINVAL;
        }
}

void address_format(const Address *address, char ret[static ADDRESS_TEXT_BYTES])
{
        if (address->family == AF_UNIX ||
                        !inet_ntop(address->family, address->bytes, ret, ADDRESS_TEXT_BYTES))
                strcpy(ret, "local");
}

Address address_network(const Address *address, int bits4, int bits6)
{
        Address network = { .family = address->family };
        int bits = address->family == AF_INET ? bits4 : bits6;
        int whole = bits / 8, rest = bits % 8;
        memcpy(network.bytes, address->bytes, (size_t)whole);
        if (rest > 0)
                network.bytes[whole] = address->bytes[whole] & (unsigned char)(0xff00 >> rest);
        return network;
}

static bool same_prefix(const unsigned char *a, const unsigned char *b, int bits)
{
        int whole = bits / 8, rest = bits % 8;
        return memcmp(a, b, (size_t)whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

static bool has_host_bits(const Network *network)
{
        Address base = network->address;
        for (int bit = network->bits; bit < bits_of(base.family); bit++)
                if (base.bytes[bit / 8] & (0x80 >> bit % 8))
                        return true;
        return false;
}

int network_parse(const char *text, Network *ret)
{
        char address[ADDRESS_TEXT_BYTES];
        Network network;
        const char *slash = strchrnul(text, '/');
        if ((size_t)(slash - text) >= sizeof(address))
                return -EINVAL;
        snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
        if (address_parse(address, &network.address) < 0)
                return -EINVAL;
        int most = bits_of(network.address.family);
        network.bits = most;
        if (*slash) {
                size_t len = strspn(slash + 1, "0123456789");
                if (len == 0 || len > 3 || slash[1 + len] || atoi(slash + 1) > most)
                        return -EINVAL;
                network.bits = atoi(slash + 1);
        }
        if (has_host_bits(&network))
                return -EINVAL;
        *ret = network;
        return 0;
}

bool network_has(const Network *network, const Address *address)
{
        return network->address.family == address->family &&
               same_prefix(network->address.bytes, address->bytes, network->bits);
}

bool address_is_public(const Address *address)
{
        static const char *const special[] = { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
                "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
                "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3" };
        static const char *const special6[] = { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" };
        const char *const *networks = address->family == AF_INET ? special : special6;
        size_t n = address->family == AF_INET ? sizeof(special) / sizeof(special[0])
                                              : sizeof(special6) / sizeof(special6[0]);
        Network network;
        /* All public addresses of IPv6 are in 2000::/3. */
        if (address->family != AF_INET &&
                        (address->family != AF_INET6 || (address->bytes[0] & 0xe0) != 0x20))
                return false;
        for (size_t i = 0; i < n; i++)
                if (network_parse(networks[i], &network) == 0 && network_has(&network, address))
                        return false;
        return true;
}
