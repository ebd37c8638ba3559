namespace Actions.Shared.Plans;

/// <summary>How much a plan would do, counted from its changes and never from its summary line, which leaves out moves and what is forgotten.</summary>
public sealed record PlanCounts
{
    /// <summary>Objects that are created where none is replaced.</summary>
    public int Create { get; init; }

    /// <summary>Objects that are changed in place.</summary>
    public int Update { get; init; }

    /// <summary>Objects that are destroyed and created again, in either order.</summary>
    public int Replace { get; init; }

    /// <summary>Objects that are destroyed and not created again, deposed ones included.</summary>
    public int Delete { get; init; }

    /// <summary>Those of <see cref="Delete"/> that are left over from a replacement that failed.</summary>
    public int Deposed { get; init; }

    /// <summary>Objects that stay but are not managed any more. Where a new one is created in its place, that counts under <see cref="Create"/> too.</summary>
    public int Forget { get; init; }

    /// <summary>Objects that are imported, whatever else happens to them.</summary>
    public int Import { get; init; }

    /// <summary>Objects that get another address, whatever else happens to them.</summary>
    public int Move { get; init; }

    /// <summary>Data sources that are read while applying.</summary>
    public int Read { get; init; }

    /// <summary>Outputs of the root module that change.</summary>
    public int Outputs { get; init; }

    /// <summary>Objects that were changed outside of Terraform.</summary>
    public int Drift { get; init; }

    /// <summary>Objects that are left for the next plan.</summary>
    public int Deferred { get; init; }

    /// <summary>Actions that are invoked.</summary>
    public int Actions { get; init; }

    /// <summary>Objects with an action that this program does not know.</summary>
    public int Unknown { get; init; }

    /// <summary>Objects that are lost to the world: <see cref="Delete"/> and <see cref="Replace"/>.</summary>
    public int Destroyed => Delete + Replace;

    /// <summary>Whether applying does anything.</summary>
    public bool HasChanges => Create + Update + Replace + Delete + Forget + Import + Move + Outputs + Deferred + Actions + Unknown > 0;

    /// <summary>The sum of two.</summary>
    public static PlanCounts operator +(PlanCounts left, PlanCounts right) => new()
    {
        Create = left.Create + right.Create,
        Update = left.Update + right.Update,
        Replace = left.Replace + right.Replace,
        Delete = left.Delete + right.Delete,
        Deposed = left.Deposed + right.Deposed,
        Forget = left.Forget + right.Forget,
        Import = left.Import + right.Import,
        Move = left.Move + right.Move,
        Read = left.Read + right.Read,
        Outputs = left.Outputs + right.Outputs,
        Drift = left.Drift + right.Drift,
        Deferred = left.Deferred + right.Deferred,
        Actions = left.Actions + right.Actions,
        Unknown = left.Unknown + right.Unknown,
    };

    /// <summary>The sum of two.</summary>
    public static PlanCounts Add(PlanCounts left, PlanCounts right) => left + right;

    internal static PlanCounts Of(Plan plan)
    {
        int create = 0, update = 0, replace = 0, delete = 0, deposed = 0, forget = 0, import = 0, move = 0, read = 0, unknown = 0;
        foreach (var change in plan.Changes)
        {
            create += change.Kind is ChangeKind.Create or ChangeKind.CreateThenForget ? 1 : 0;
            update += change.Kind == ChangeKind.Update ? 1 : 0;
            replace += change.Kind.Replaces() ? 1 : 0;
            delete += change.Kind == ChangeKind.Delete ? 1 : 0;
            deposed += change.Kind == ChangeKind.Delete && change.Deposed is not null ? 1 : 0;
            forget += change.Kind.Forgets() ? 1 : 0;
            read += change.Kind == ChangeKind.Read ? 1 : 0;
            unknown += change.Kind == ChangeKind.Unknown ? 1 : 0;
            import += change.Importing is not null ? 1 : 0;
            move += change.IsMoved ? 1 : 0;
        }

        return new PlanCounts
        {
            Create = create,
            Update = update,
            Replace = replace,
            Delete = delete,
            Deposed = deposed,
            Forget = forget,
            Import = import,
            Move = move,
            Read = read,
            Unknown = unknown,
            Outputs = plan.Outputs.Count(o => o.Kind != ChangeKind.NoOp),
            // A mere move is listed as drift too, but nobody changed anything.
            Drift = plan.Drift.Count(d => d.Kind != ChangeKind.NoOp),
            Deferred = plan.Deferred.Count,
            Actions = plan.Actions.Count(a => a.DeferredReason.Length == 0),
        };
    }
}
