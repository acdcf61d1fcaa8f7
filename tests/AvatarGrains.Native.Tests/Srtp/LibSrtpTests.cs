using AvatarGrains.Native.Srtp;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Tests.Srtp;

/// <summary>libsrtp2 alone.</summary>
public sealed class LibSrtpTests : SrtpSuite
{
    public LibSrtpTests() => NativeFact.Require("srtp2");

    protected override ISrtpFactory Factory { get; } = new LibSrtpFactory();
}
