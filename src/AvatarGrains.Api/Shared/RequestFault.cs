namespace AvatarGrains.Api.Shared;

/// <summary>What is wrong with a request, in no dialect's words.</summary>
internal enum RequestFault
{
    /// <summary>The server failed for a reason nobody foresaw.</summary>
    Bug = 0,

    /// <summary>There is no key, or it is not good.</summary>
    NotAuthenticated,

    /// <summary>The tenant has made as many requests as it may in a minute.</summary>
    Throttled,

    /// <summary>The body, or something in it, is larger or lasts longer than it may.</summary>
    TooLarge,

    /// <summary>The body arrived too slowly.</summary>
    TooSlow,

    /// <summary>The bytes are not HTTP as it should be.</summary>
    Unreadable,

    /// <summary>There is no body.</summary>
    Empty,

    /// <summary>The body is JSON <c>null</c>.</summary>
    NullBody,

    /// <summary>The body is not JSON.</summary>
    BadJson,

    /// <summary>The body is JSON, and a value in it has the wrong type.</summary>
    WrongType,

    /// <summary>The body is not multipart, or is broken.</summary>
    BadForm,

    /// <summary>A field is not there.</summary>
    Missing,

    /// <summary>A value cannot be used.</summary>
    Invalid,

    /// <summary>An SDP offer cannot be used.</summary>
    BadOffer,

    /// <summary>There is no such session or resource.</summary>
    NotFound,

    /// <summary>The session has ended.</summary>
    SessionEnded,

    /// <summary>The session was made without what is asked of it.</summary>
    NotEnabled,

    /// <summary>Something that the request names does not exist.</summary>
    UnknownReference,

    /// <summary>A quota of the tenant is used up.</summary>
    QuotaMet,

    /// <summary>The server has too much to do, or is about to stop.</summary>
    Busy,

    /// <summary>A model, a voice or a recognizer failed.</summary>
    EngineFailed,

    /// <summary>The storage cannot be reached.</summary>
    StorageDown,
}
