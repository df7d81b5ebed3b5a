"""Who people are: users, teams, roles and tokens. The ground floor: it imports no other package of ours."""
