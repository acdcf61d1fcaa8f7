using System.Runtime.InteropServices;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>
/// The part of libcrypto that AES-GCM needs. Contexts are passed as pointers: <see cref="AesGcmCipher"/> holds one reference over all calls
/// of a packet.
/// </summary>
internal static unsafe partial class NativeGcm
{
    public const int CtrlGetTag = 0x10;
    public const int CtrlSetTag = 0x11;
    public const int KeepDirection = -1;

    [LibraryImport(NativeNames.Crypto)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(NativeNames.Crypto)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(NativeNames.Crypto)]
    public static partial nint EVP_aes_128_gcm();

    [LibraryImport(NativeNames.Crypto)]
    public static partial nint EVP_aes_256_gcm();

    [LibraryImport(NativeNames.Crypto)]
    public static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypts);

    [LibraryImport(NativeNames.Crypto)]
    public static partial int EVP_CipherUpdate(nint context, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(NativeNames.Crypto)]
    public static partial int EVP_CipherFinal_ex(nint context, byte* output, int* outputLength);

    [LibraryImport(NativeNames.Crypto)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int number, byte* pointer);
}
