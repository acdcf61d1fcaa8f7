namespace AvatarGrains.Api.Shared;

/// <summary>Ends a request with an error, which <see cref="ErrorFilter"/> has the dialect put into its shape.</summary>
internal class RequestException(RequestError error) : Exception(error.Detail)
{
    public RequestError Error => error;
}
