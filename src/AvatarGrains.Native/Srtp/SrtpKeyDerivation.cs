using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AvatarGrains.Native.Srtp;

/// <summary>The session keys of an SRTP master key: the AES-CM pseudo-random function of RFC 3711 section 4.3, with key derivation rate 0.</summary>
internal static class SrtpKeyDerivation
{
    public const byte RtpKey = 0;
    public const byte RtpSalt = 2;
    public const byte RtcpKey = 3;
    public const byte RtcpSalt = 5;

    private const int BlockBytes = 16;
    private const int LabelAt = 7;
    private const int CounterAt = 14;

    /// <param name="masterKey">16 or 32 bytes.</param>
    /// <param name="masterSalt">At most 14 bytes; shorter ones (RFC 7714 section 11) count as followed by zeros.</param>
    /// <param name="label">Which key.</param>
    /// <param name="key">Takes the key: as many bytes as are wanted.</param>
    public static void Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, byte label, Span<byte> key)
    {
        Span<byte> input = stackalloc byte[BlockBytes];
        Span<byte> block = stackalloc byte[BlockBytes];
        input.Clear();
        masterSalt.CopyTo(input);
        input[LabelAt] ^= label;
        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        for (ushort counter = 0; key.Length > 0; counter++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(input[CounterAt..], counter);
            aes.EncryptEcb(input, block, PaddingMode.None);
            var taken = Math.Min(BlockBytes, key.Length);
            block[..taken].CopyTo(key);
            key = key[taken..];
        }

        CryptographicOperations.ZeroMemory(block);
    }
}
