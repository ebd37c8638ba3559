// account-review: looks through a Scaleway account for danger, waste and leftovers, and deletes leftovers when a person has approved the plan.
using Actions.AccountReview;
using Actions.Shared.Hosting;

return await ActionHost.RunAsync(AccountReviewProgram.Definition, args);
