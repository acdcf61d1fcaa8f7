using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>
/// AES-GCM under one key in one direction, in place, by libcrypto. Unlike <see cref="AesGcm"/> it reports a wrong tag by its return value,
/// since anyone can send forged packets and an exception for each would be expensive. One owner, not thread-safe, allocates nothing after
/// construction.
/// </summary>
internal sealed unsafe class AesGcmCipher : SafeHandle
{
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    /// <param name="key">16 or 32 bytes.</param>
    /// <param name="seals">True to encrypt, false to decrypt.</param>
    /// <exception cref="CryptographicException">libcrypto refused the key.</exception>
    public AesGcmCipher(ReadOnlySpan<byte> key, bool seals)
        : base(0, ownsHandle: true)
    {
        SetHandle(NativeGcm.EVP_CIPHER_CTX_new());
        var cipher = key.Length == 16 ? NativeGcm.EVP_aes_128_gcm() : NativeGcm.EVP_aes_256_gcm();
        fixed (byte* data = key)
        {
            if (IsInvalid || NativeGcm.EVP_CipherInit_ex(handle, cipher, 0, data, null, seals ? 1 : 0) != 1)
            {
                throw OpenSslDtlsFactory.Error("cannot set up AES-GCM");
            }
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Encrypts in place.</summary>
    /// <param name="nonce">12 bytes, never twice with different data.</param>
    /// <param name="first">Authenticated and left plain.</param>
    /// <param name="second">The same, after <paramref name="first"/>; may be empty.</param>
    /// <param name="data">What to encrypt; may be empty.</param>
    /// <param name="tag">Takes the 16 bytes of the tag.</param>
    public bool Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> data, Span<byte> tag)
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            fixed (byte* t = tag[..TagBytes])
            {
                return Run(nonce, first, second, data) && NativeGcm.EVP_CIPHER_CTX_ctrl(handle, NativeGcm.CtrlGetTag, TagBytes, t) == 1;
            }
        }
        finally
        {
            if (held)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>Decrypts in place; after a wrong tag the content of <paramref name="data"/> is undefined.</summary>
    /// <returns>False when the tag does not fit.</returns>
    public bool Open(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> data, ReadOnlySpan<byte> tag)
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            fixed (byte* t = tag[..TagBytes])
            {
                return NativeGcm.EVP_CIPHER_CTX_ctrl(handle, NativeGcm.CtrlSetTag, TagBytes, t) == 1 && Run(nonce, first, second, data);
            }
        }
        finally
        {
            if (held)
            {
                DangerousRelease();
            }
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeGcm.EVP_CIPHER_CTX_free(handle);
        return true;
    }

    private bool Run(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> data)
    {
        int length;
        var rest = stackalloc byte[TagBytes];
        fixed (byte* n = nonce[..NonceBytes], a = first, b = second, d = data)
        {
            return NativeGcm.EVP_CipherInit_ex(handle, 0, 0, null, n, NativeGcm.KeepDirection) == 1
                && (first.IsEmpty || NativeGcm.EVP_CipherUpdate(handle, null, &length, a, first.Length) == 1)
                && (second.IsEmpty || NativeGcm.EVP_CipherUpdate(handle, null, &length, b, second.Length) == 1)
                && (data.IsEmpty || NativeGcm.EVP_CipherUpdate(handle, d, &length, d, data.Length) == 1)
                && NativeGcm.EVP_CipherFinal_ex(handle, rest, &length) == 1;
        }
    }
}
