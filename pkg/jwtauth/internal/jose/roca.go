package jose

import "math/big"

// rocaPrimes are the small primes of the ROCA test (CVE-2017-15361): the modulus of a key made by
// the faulty library is, modulo each of them, a power of 65537. Nemec et al., "The Return of
// Coppersmith's Attack", section 2.
var rocaPrimes = [...]uint64{
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73,
	79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
}

// isROCA reports whether a modulus has the fingerprint. A sound key has it with a probability of
// 2^-27 to 2^-150, depending on its length, so false positives are not a concern.
func isROCA(n *big.Int) bool {
	var rest, prime big.Int
	for _, p := range rocaPrimes {
		rest.Mod(n, prime.SetUint64(p))
		if !isPower(rest.Uint64(), 65537%p, p) {
			return false
		}
	}
	return true
}

// isPower reports whether x is a power of base modulo p.
func isPower(x, base, p uint64) bool {
	for i, power := uint64(0), uint64(1); i < p; i, power = i+1, power*base%p {
		if power == x {
			return true
		}
	}
	return false
}
