namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>A request over the session socket that is answered with an error of its modality.</summary>
internal sealed class SocketRequestException(string code, string reason) : Exception(reason)
{
    public string Code => code;
}
