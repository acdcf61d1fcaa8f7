namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>A field of a data-channel message cannot be used. The message is for people.</summary>
internal sealed class ChannelFieldException(string message) : Exception(message);
