namespace Actions.Shared.Plans;

/// <summary>What happens to an object, from its <c>actions</c> in the plan.</summary>
public enum ChangeKind
{
    /// <summary>Nothing, apart from a move or an import (<c>no-op</c>).</summary>
    NoOp,

    /// <summary>A data source is read while applying (<c>read</c>).</summary>
    Read,

    /// <summary>It is created (<c>create</c>).</summary>
    Create,

    /// <summary>It is changed in place (<c>update</c>).</summary>
    Update,

    /// <summary>It is destroyed (<c>delete</c>).</summary>
    Delete,

    /// <summary>It is destroyed, then created again (<c>delete, create</c>).</summary>
    DeleteThenCreate,

    /// <summary>A new one is created, then the old one is destroyed (<c>create, delete</c>).</summary>
    CreateThenDelete,

    /// <summary>It stays as it is, but is not managed any more (<c>forget</c>).</summary>
    Forget,

    /// <summary>A new one is created; the old one stays, but is not managed any more (<c>create, forget</c>; OpenTofu: <c>forget, create</c>).</summary>
    CreateThenForget,

    /// <summary>Something that a newer version does and this program does not know; treated as dangerous.</summary>
    Unknown,
}

/// <summary>Questions about a <see cref="ChangeKind"/>.</summary>
public static class ChangeKinds
{
    /// <summary>Whether the object that is there is destroyed: alone, or with a new one before or after.</summary>
    public static bool Destroys(this ChangeKind kind) => kind is ChangeKind.Delete or ChangeKind.DeleteThenCreate or ChangeKind.CreateThenDelete;

    /// <summary>Whether the object is destroyed and another one takes its place, in either order.</summary>
    public static bool Replaces(this ChangeKind kind) => kind is ChangeKind.DeleteThenCreate or ChangeKind.CreateThenDelete;

    /// <summary>Whether the object that is there is left alone from now on.</summary>
    public static bool Forgets(this ChangeKind kind) => kind is ChangeKind.Forget or ChangeKind.CreateThenForget;

    /// <summary>Whether the object that is there is lost, to the world or to the state: destroyed, forgotten, or nobody knows.</summary>
    public static bool Loses(this ChangeKind kind) => kind.Destroys() || kind.Forgets() || kind == ChangeKind.Unknown;

    internal static ChangeKind Of(IReadOnlyList<string> actions) => string.Join(',', actions) switch
    {
        "" or "no-op" => ChangeKind.NoOp,
        "read" => ChangeKind.Read,
        "create" => ChangeKind.Create,
        "update" => ChangeKind.Update,
        "delete" => ChangeKind.Delete,
        "delete,create" => ChangeKind.DeleteThenCreate,
        "create,delete" => ChangeKind.CreateThenDelete,
        "forget" => ChangeKind.Forget,
        "create,forget" or "forget,create" => ChangeKind.CreateThenForget,
        _ => ChangeKind.Unknown,
    };
}
